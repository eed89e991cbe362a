import { z } from 'zod'
import type { LengthsOfArm } from '../charts/token-lengths.ts'
import type { RatesOfArm } from '../charts/pass-rates.ts'
import type { LengthRatios } from '../charts/length-ratios.ts'
import type { Row } from '../../store/parquet/rows.ts'

type Kind = LengthsOfArm['kinds'][number]['kind']
type Counts = Map<number, number>

/** What the rows of a configuration show when they are counted, in a size that does not grow with them. */
export type Distributions = {
  lengths: Map<string, Map<Kind, Counts>>
  rates: Map<string, { rates: Counts; least: number; most: number }>
  ratios: { longer: string; shorter: string; ratios: Counts } | undefined
}

const StoredCounts = z.array(z.tuple([z.number(), z.int()])).transform((entries): Counts => new Map(entries))

/** The same as it is stored, with lists of entries for maps. */
export const StoredDistributions = z
  .object({
    lengths: z
      .array(
        z.tuple([
          z.string(),
          z
            .array(z.tuple([z.enum(['right', 'wrong', 'undecided']), StoredCounts]))
            .transform((entries): Map<Kind, Counts> => new Map(entries)),
        ]),
      )
      .transform((entries) => new Map(entries)),
    rates: z
      .array(z.tuple([z.string(), z.object({ rates: StoredCounts, least: z.int(), most: z.int() })]))
      .transform((entries) => new Map(entries)),
    ratios: z.object({ longer: z.string(), shorter: z.string(), ratios: StoredCounts }).optional(),
  })
  .transform(({ ratios, ...others }): Distributions => ({ ...others, ratios }))

export function noDistributions(): Distributions {
  return { lengths: new Map(), rates: new Map(), ratios: undefined }
}

/** Adds further distributions to some. */
export function addDistributions(all: Distributions, more: Distributions): void {
  for (const [arm, kinds] of more.lengths) {
    const own = all.lengths.get(arm) ?? new Map<Kind, Counts>()
    all.lengths.set(arm, own)
    for (const [kind, counts] of kinds) own.set(kind, sumOf(own.get(kind), counts))
  }
  for (const [arm, { rates, least, most }] of more.rates) {
    const own = all.rates.get(arm)
    all.rates.set(arm, {
      rates: sumOf(own?.rates, rates),
      least: Math.min(own?.least ?? least, least),
      most: Math.max(own?.most ?? most, most),
    })
  }
  if (more.ratios)
    all.ratios = { ...(all.ratios ?? more.ratios), ratios: sumOf(all.ratios?.ratios, more.ratios.ratios) }
}

function sumOf(some: Counts | undefined, more: Counts): Counts {
  const sum = new Map(some)
  for (const [value, count] of more) sum.set(value, (sum.get(value) ?? 0) + count)
  return sum
}

/** Counts the answers of one row. `traces` are its answers, with the name of their arm or the empty one. */
export type CountRow = (row: Row, traces: readonly [label: string, trace: Row][]) => void

/** @returns the distributions, empty yet, and what fills them */
export function openDistributions(): { distributions: Distributions; count: CountRow } {
  const distributions = noDistributions()
  const lastProblem = new Map<string, unknown>()

  function countLength(arm: string, trace: Row): void {
    const { verdict, num_tokens: tokens } = trace
    if (typeof tokens !== 'number') return
    const kinds = distributions.lengths.get(arm) ?? new Map<Kind, Counts>()
    distributions.lengths.set(arm, kinds)
    const kind = verdict === 'correct' ? 'right' : verdict === 'incorrect' ? 'wrong' : 'undecided'
    const counts: Counts = kinds.get(kind) ?? new Map()
    kinds.set(kind, counts.set(tokens, (counts.get(tokens) ?? 0) + 1))
  }

  /** Rows of a problem stand together, and all of one arm have the same rate. */
  function countRate(arm: string, { pair_id: problem }: Row, { correct, checked }: Row): void {
    if (typeof correct !== 'number' || typeof checked !== 'number' || checked === 0) return
    if (problem !== undefined && lastProblem.get(arm) === problem) return
    lastProblem.set(arm, problem)
    const seen = distributions.rates.get(arm) ?? { rates: new Map(), least: checked, most: checked }
    distributions.rates.set(arm, seen)
    const rate = correct / checked
    seen.rates.set(rate, (seen.rates.get(rate) ?? 0) + 1)
    seen.least = Math.min(seen.least, checked)
    seen.most = Math.max(seen.most, checked)
  }

  /** Of the first arm that thinks to the first that does not; of rows that hold the answers of one, none. */
  function countRatio(traces: Parameters<CountRow>[1]): void {
    const [long, longTrace] = traces.find(([, { mode }]) => mode === 'thinking') ?? traces[0]!
    const [short, shortTrace] =
      traces.find(([, { mode }]) => mode !== 'thinking') ?? traces.find(([label]) => label !== long) ?? []
    const [over, under] = [longTrace['num_tokens'], shortTrace?.['num_tokens']]
    if (short === undefined || short === long || typeof over !== 'number' || typeof under !== 'number') return
    if (over === 0 || under === 0) return
    distributions.ratios ??= { longer: long, shorter: short, ratios: new Map() }
    const ratio = Number((over / under).toPrecision(3))
    const { ratios } = distributions.ratios
    ratios.set(ratio, (ratios.get(ratio) ?? 0) + 1)
  }

  return {
    distributions,
    count(row, traces) {
      for (const [label, trace] of traces) {
        const arm = label === '' ? teacherText(trace) : label
        countLength(arm, trace)
        countRate(arm, row, trace)
      }
      if (traces.length > 1) countRatio(traces)
    },
  }
}

function teacherText({ model, mode, effort }: Row): string {
  return [model, mode, effort].filter((text) => typeof text === 'string').join(' ')
}

const kinds = ['right', 'wrong', 'undecided'] as const

/** Of several configurations, what the charts take. */
export function chartRows(all: readonly Distributions[]): {
  lengths: LengthsOfArm[]
  rates: RatesOfArm[]
  ratios: LengthRatios | undefined
} {
  return {
    lengths: [...new Map(all.flatMap(({ lengths }) => [...lengths]))].map(([arm, found]) => ({
      arm,
      kinds: kinds.flatMap((kind) => {
        const tokens = found.get(kind)
        return tokens === undefined ? [] : [{ kind, tokens }]
      }),
    })),
    rates: [...new Map(all.flatMap(({ rates }) => [...rates]))].map(([arm, found]) =>
      Object.assign({ arm }, found),
    ),
    ratios: all.find(({ ratios }) => ratios !== undefined)?.ratios,
  }
}
