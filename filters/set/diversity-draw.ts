import { z } from 'zod'
import type { SampleSetFilter, SetSample } from '../set-filter.ts'
import { takersOf } from './draw-takers.ts'
import { addEntry, emptyTickets, type Entry, mergeTickets, type Tickets } from './draw-tickets.ts'
import { weightedDraw } from './weighted-draw.ts'

const Options = z.strictObject({
  problems: z
    .int()
    .positive()
    .default(1000)
    .describe('problems that stay, or all where there are fewer (s1: 1,000)'),
  by: z
    .enum(['domain', 'source', 'task', 'difficulty'])
    .default('domain')
    .describe('what divides the problems into strata, one of which is drawn by lot each time'),
  weights: z
    .record(z.string(), z.number().positive())
    .refine((weights) => Object.keys(weights).length > 0, 'at least one stratum')
    .nullable()
    .default(null)
    .describe(
      'chance of each stratum beside the others; what is not named is not drawn; null: all have the same',
    ),
  first: z
    .array(
      z.strictObject({
        source: z.string().describe('source of the problems'),
        min_tokens: z.int().nonnegative().default(0).describe('least length of a right trace'),
      }),
    )
    .default([])
    .describe(
      'problems with a right trace that are taken before anything is drawn, the longest first (s1: AIME and GPQA, and MATH from 5,600 tokens)',
    ),
  arms: z
    .array(z.string())
    .min(1)
    .nullable()
    .default(null)
    .describe('arms of which a problem must have a kept answer to take part, null for all'),
  seed: z.int().nonnegative().default(0).describe('another seed draws others'),
})
type Options = z.infer<typeof Options>

/**
 * So many problems of all domains, the long ones preferred, as s1 draws its thousand (arXiv 2501.19393). A problem takes
 * part when an answer of every arm was kept; its length is that of the longest of them, reasoning and answer together. s1
 * weights its last 300 draws to the domains of benchmarks, which `weights` can do for all draws only.
 */
export const diversityDraw: SampleSetFilter<Options, Tickets> = {
  name: 'diversity-draw',
  version: '2',
  source: 's1 (arXiv 2501.19393): domain by lot, then 2^-rank by length',
  rules: ['S11'],
  scope: 'set',
  of: 'sample',
  readsProblems: true,
  defaultOn: false,
  reasons: { not_drawn: 'The draw of problems of all domains did not take this one.' },
  options: Options,
  numbers: { problems: 'fewer', seed: 'defines' },
  arms: ({ arms }) => arms ?? [],
  create(options) {
    const counts = ({ arm }: SetSample): boolean => options.arms?.includes(arm.name) ?? true
    return {
      empty: emptyTickets,
      add(tickets, sample) {
        if (counts(sample)) addEntry(tickets, entryOf(sample, options))
      },
      merge: mergeTickets,
      decide(tickets) {
        const left = leftBy(tickets, options)
        return ({ problem, decision }) => (decision.keep && left.has(problem.id) ? ['not_drawn'] : [])
      },
    }
  },
}

function entryOf({ problem, arm, trace, verdict, decision }: SetSample, { by, first }: Options): Entry {
  const tokens = trace.reasoning_tokens + trace.answer_tokens
  const isFirst = first.some(({ source, min_tokens }) => source === problem.source && tokens >= min_tokens)
  return {
    id: problem.id,
    stratum: problem[by],
    arm: arm.name,
    tokens: decision.keep ? tokens : null,
    first: isFirst && verdict.verdict === 'correct',
  }
}

type Left = { has(id: string): boolean }

/** The draw of a summary is made once in a thread, however many shards are decided by it. */
const made = new WeakMap<Tickets, { by: string; left: Left }>()

/** The problems that took part and were not drawn. */
function leftBy(tickets: Tickets, { problems, seed, weights, arms }: Options): Left {
  const by = JSON.stringify([problems, seed, weights, arms])
  const known = made.get(tickets)
  if (known?.by === by) return known.left
  const takers = takersOf(tickets, arms)
  const drawn = new Uint8Array(takers.count)
  for (const place of weightedDraw(takers, { count: problems, seed, weights })) drawn[place] = 1
  // Of a place -1 there is no value, so who took no part is not among those who are left.
  const left: Left = { has: (id) => drawn[takers.placeOf(id)] === 0 }
  made.set(tickets, { by, left })
  return left
}
