import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'

/** A row of the table: the CPU time of ours over that of what stands beside it, of every round. */
const Ratio = z.strictObject({
  step: z.string(),
  beside: z.string(),
  /** Of the middle round. */
  ratio: z.number(),
  lowest: z.number(),
  highest: z.number(),
})
export type Ratio = z.infer<typeof Ratio>

/** `bench/baseline.json`. Ratios and no times: those of two machines have nothing to do with each other. */
const Baseline = z.strictObject({
  format: z.literal(1),
  problems: z.int(),
  rounds: z.int(),
  ratios: z.array(Ratio),
})
export type Baseline = z.infer<typeof Baseline>

export async function readBaseline(path: string): Promise<Baseline> {
  return Baseline.parse(JSON.parse(await readFile(path, 'utf8')))
}

export async function writeBaseline(path: string, baseline: Baseline): Promise<void> {
  await writeFile(path, `${JSON.stringify(Baseline.parse(baseline), null, 2)}\n`)
}

/** Two machines, or a noisy and a quiet one, differ by so much with the same code. */
const leastNoise = 0.2

export type Compared = {
  step: string
  before: number
  now: number
  verdict: 'worse' | 'better' | 'as before' | 'new'
}

/**
 * Of every step whether it became worse or better beyond noise: its middle round by more than a fifth, and by more than the
 * spread of both measurements.
 */
export function compare(before: readonly Ratio[], now: readonly Ratio[]): Compared[] {
  return now.map((ratio) => {
    const old = before.find(({ step }) => step === ratio.step)
    if (old === undefined) return { step: ratio.step, before: NaN, now: ratio.ratio, verdict: 'new' }
    const isWorse = ratio.ratio > old.ratio * (1 + leastNoise) && ratio.lowest > old.highest
    const isBetter = ratio.ratio < old.ratio / (1 + leastNoise) && ratio.highest < old.lowest
    const verdict = isWorse ? 'worse' : isBetter ? 'better' : 'as before'
    return { step: ratio.step, before: old.ratio, now: ratio.ratio, verdict }
  })
}
