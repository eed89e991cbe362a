import type { Arm } from '../../../schemas/arm.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { ratesOf } from '../../../teachers/cost/price.ts'
import type { SeenProblem, SeenSample } from './observed.ts'

/** What a token limit, or a number of samples, would have meant for the pilot. */
export type Setting = {
  value: number
  /** Share of the answers of each arm that it would have lost. */
  lost: Record<string, number>
  /** Problems of the pilot that would have become pairs. */
  pairs: number
  /** What a pair would have cost, in completion tokens and in USD; `null` without a pair, or without a price. */
  tokens_per_pair: number | null
  usd_per_pair: number | null
}

const usualLimits = [2048, 4096, 8192, 16_384, 32_768]

/**
 * Every usual token limit up to the one in use, as if answers beyond it had been cut there. Of a higher limit a pilot knows
 * nothing but how many answers were cut.
 */
export function tokenLimits(context: RunContext, seen: readonly SeenProblem[]): Setting[] {
  const longest = Math.max(0, ...context.arms.map(({ sampling }) => sampling.max_tokens ?? 0))
  const limits = [...usualLimits.filter((limit) => limit < longest), longest].filter((limit) => limit > 0)
  return limits.map((value) =>
    settingOf(context, seen, {
      value,
      fits: ({ completion, cut }) => !cut && completion <= value,
      tokens: ({ completion }) => Math.min(completion, value),
    }),
  )
}

/** Every number of samples up to the one in use, as if only the first so many had been asked. */
export function sampleCounts(context: RunContext, seen: readonly SeenProblem[]): Setting[] {
  const most = Math.max(0, ...context.arms.map(({ samples }) => samples))
  return Array.from({ length: most }, (_, index) =>
    settingOf(context, seen, {
      value: index + 1,
      fits: (sample) => sample.index <= index,
      tokens: (sample) => (sample.index <= index ? sample.completion : 0),
    }),
  )
}

type Change = { value: number; fits: (sample: SeenSample) => boolean; tokens: (sample: SeenSample) => number }

function settingOf(
  context: RunContext,
  seen: readonly SeenProblem[],
  { value, fits, tokens }: Change,
): Setting {
  const samples = seen.flatMap((problem) => problem.samples)
  const pairs = seen.filter((problem) => isPair(problem, fits)).length
  let sum = 0
  let usd: number | null = 0
  const armOf = new Map(context.arms.map((arm) => [arm.name, arm]))
  for (const sample of samples) {
    const used = tokens(sample)
    sum += used
    const rate = outputRate(context, armOf.get(sample.arm))
    usd = usd === null || rate === null ? null : usd + (used * rate) / 1e6
  }
  return {
    value,
    lost: Object.fromEntries(
      context.arms.map(({ name }) => {
        const own = samples.filter(({ arm }) => arm === name)
        return [name, own.length === 0 ? 0 : own.filter((sample) => !fits(sample)).length / own.length]
      }),
    ),
    pairs,
    tokens_per_pair: pairs === 0 ? null : sum / pairs,
    usd_per_pair: pairs === 0 || usd === null ? null : usd / pairs,
  }
}

function outputRate({ recipe }: RunContext, arm: Arm | undefined): number | null {
  if (!arm || arm.import) return 0
  return ratesOf(recipe.endpoints[arm.endpoint]?.price, arm.model)?.output ?? null
}

/** Whether a pair would still have been one: each arm that had a kept answer must have one that fits. */
function isPair({ lost, samples }: SeenProblem, fits: (sample: SeenSample) => boolean): boolean {
  if (lost !== '') return false
  const kept = samples.filter((sample) => sample.kept)
  return [...new Set(kept.map(({ arm }) => arm))].every((arm) =>
    kept.some((sample) => sample.arm === arm && fits(sample)),
  )
}

/** The share of the pairs in use that a cheaper setting may cost: one in fifty, our own number. */
const mayLose = 0.02

/** The setting that keeps nearly all pairs at the least cost for each. */
export function advised(settings: readonly Setting[]): Setting | undefined {
  const now = settings.at(-1)
  if (!now || now.pairs === 0) return undefined
  const enough = settings.filter(({ pairs }) => pairs >= (1 - mayLose) * now.pairs)
  return enough.toSorted((a, b) => a.tokens_per_pair! - b.tokens_per_pair! || a.value - b.value)[0]
}
