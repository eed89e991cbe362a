import type { Arm } from '../../../schemas/arm.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { nanoUsd, ratesOf } from '../../../teachers/cost/price.ts'
import type { Rates } from '../../../teachers/endpoint-options.ts'
import type { SeenProblem, SeenSample } from './observed.ts'

/** What a token limit, or a number of samples, would have meant for the pilot. */
export type Setting = {
  value: number
  /** Share of the answers of each arm that it would have lost. */
  lost: Record<string, number>
  /** Problems of the pilot that would have become pairs. */
  pairs: number
  /** What a pair would have cost, prompts included and judges not; `null` without a pair, or without a price. */
  tokens_per_pair: number | null
  usd_per_pair: number | null
}

const usualLimits = [2048, 4096, 8192, 16_384, 32_768]

/**
 * Every usual token limit up to the one in use, as if answers beyond it had been cut there. Of a higher limit a pilot knows
 * nothing but how many answers were cut. Arms without one limit for all answers are taken as they are.
 */
export function tokenLimits(context: RunContext, seen: readonly SeenProblem[]): Setting[] {
  const limited = context.arms.filter(hasOneLimit)
  const longest = Math.max(0, ...limited.map(({ sampling }) => sampling.max_tokens ?? 0))
  const ofLimited = new Set(limited.map(({ name }) => name))
  const limits = [...usualLimits.filter((limit) => limit < longest), longest].filter((limit) => limit > 0)
  return limits.map((value) =>
    settingOf(context, seen, {
      value,
      fits: ({ arm, completion, cut }) => !ofLimited.has(arm) || (!cut && completion <= value),
      taken: ({ arm, prompt, completion }) => ({
        prompt,
        completion: ofLimited.has(arm) ? Math.min(completion, value) : completion,
      }),
    }),
  )
}

/** Whether an answer ends at its arm's limit: not one that another run brought, nor one that is asked on where it was cut. */
export function hasOneLimit(arm: Pick<Arm, 'import' | 'truncated'>): boolean {
  return !arm.import && arm.truncated.policy === 'keep'
}

/** Every number of samples up to the one in use, as if only the first so many had been asked. */
export function sampleCounts(context: RunContext, seen: readonly SeenProblem[]): Setting[] {
  const most = Math.max(0, ...context.arms.map(({ samples }) => samples))
  return Array.from({ length: most }, (_, index) =>
    settingOf(context, seen, {
      value: index + 1,
      fits: (sample) => sample.index <= index,
      taken: ({ index: own, prompt, completion }) =>
        own <= index ? { prompt, completion } : { prompt: 0, completion: 0 },
    }),
  )
}

type Change = {
  value: number
  fits: (sample: SeenSample) => boolean
  /** Tokens that would have been paid for. */
  taken: (sample: SeenSample) => { prompt: number; completion: number }
}

function settingOf(
  context: RunContext,
  seen: readonly SeenProblem[],
  { value, fits, taken }: Change,
): Setting {
  const samples = seen.flatMap((problem) => problem.samples)
  const pairs = seen.filter((problem) => isPair(problem, fits)).length
  let sum = 0
  let usd: number | null = 0
  const armOf = new Map(context.arms.map((arm) => [arm.name, arm]))
  for (const sample of samples) {
    const own = armOf.get(sample.arm)
    if (!own || own.import) continue
    const { prompt, completion } = taken(sample)
    sum += prompt + completion
    const rates = ratesIn(context, own)
    usd = usd === null || !rates ? null : usd + nanoUsd({ prompt, cached: 0, completion }, rates) / 1e9
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

function ratesIn({ recipe }: RunContext, arm: Arm): Rates | undefined {
  return ratesOf(recipe.endpoints[arm.endpoint]?.price, arm.model)
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
/** The share of the tokens of a pair that a change must save to be worth a word. Our own number. */
const mustSave = 0.01

/** The setting that keeps nearly all pairs at the least cost for each; `undefined` where none is cheaper than the one in use. */
export function advised(settings: readonly Setting[]): Setting | undefined {
  const now = settings.at(-1)
  if (!now || now.pairs === 0) return undefined
  const enough = settings.filter(
    ({ pairs, tokens_per_pair }) =>
      pairs >= (1 - mayLose) * now.pairs && tokens_per_pair! <= (1 - mustSave) * now.tokens_per_pair!,
  )
  return enough.toSorted((a, b) => a.tokens_per_pair! - b.tokens_per_pair! || a.value - b.value)[0]
}

/** The lowest setting that no pair is lost with; `undefined` where that is the one in use. */
export function lowestOfAll(settings: readonly Setting[]): Setting | undefined {
  const now = settings.at(-1)
  const lowest = settings.find(({ pairs }) => pairs === now?.pairs)
  return lowest === now || now?.pairs === 0 ? undefined : lowest
}

/** The cheapest setting for a pair, where problems are so many that it does not matter how many become none. */
export function cheapest(settings: readonly Setting[]): Setting | undefined {
  return settings
    .filter(({ pairs }) => pairs > 0)
    .toSorted((a, b) => a.tokens_per_pair! - b.tokens_per_pair! || a.value - b.value)[0]
}
