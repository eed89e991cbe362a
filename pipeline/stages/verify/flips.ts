import { z } from 'zod'
import { hashOf } from '../../../schemas/canonical.ts'
import { Task, type Problem } from '../../../schemas/problem.ts'
import { VerdictValue, type Verdict } from '../../../schemas/verdict.ts'
import { replaceFile } from '../../../store/files/atomic.ts'
import { partState } from '../../../store/parts/part.ts'
import { shardFlipsPath } from '../../../store/run/paths.ts'
import type { RunContext } from '../../recipe/run-context.ts'

const count = z.int().nonnegative()

/** One answer whose verdict another verification changed. */
export const FlipExample = z.strictObject({
  problem_id: z.string(),
  arm: z.string(),
  sample_index: count,
  task: Task,
  /** The references that the problem has now. */
  gold: z.array(z.string()),
  extracted: z.string(),
  before: VerdictValue,
  after: VerdictValue,
  path: z.string(),
  reason: z.string(),
  /** Orders the examples: flips between right and wrong first, then by a hash with the recipe's seed. */
  rank: z.string(),
})
export type FlipExample = z.infer<typeof FlipExample>

/** What another verification did to the verdicts of one arm on problems of one task. */
export const FlipCounts = z.strictObject({
  arm: z.string(),
  task: Task,
  compared: count,
  right_to_wrong: count,
  wrong_to_right: count,
  other: count,
  /** Of `other`, by `before -> after`. */
  other_changes: z.record(z.string(), count),
})
export type FlipCounts = z.infer<typeof FlipCounts>

/** The same for a shard; `fingerprint` is that of the verdicts part that was written. */
export const ShardFlips = z.strictObject({
  fingerprint: z.string(),
  counts: z.array(FlipCounts),
  examples: z.array(FlipExample),
})
export type ShardFlips = z.infer<typeof ShardFlips>

/** Examples that a report has at most. */
const mostExamples = 20

/** Compares the verdicts of a shard with those that they are to replace. */
export type Flips = {
  add(problem: Problem, before: VerdictValue, after: Verdict): void
  /** Puts the comparison on disk. Before the part gets its name, so that no kill can lose it. */
  save(): Promise<void>
}

/**
 * @param traces digest of the traces part
 * @returns `undefined` where there are no verdicts of the same traces to compare with
 */
export async function openFlips(
  { runFolder, recipe }: RunContext,
  shard: number,
  { fingerprint, traces }: { fingerprint: string; traces: string },
): Promise<Flips | undefined> {
  const part = await partState(runFolder, 'verdicts', shard)
  if (!part || part.counts.traces !== traces) return undefined
  const counts = new Map<string, FlipCounts>()
  let examples: FlipExample[] = []
  return {
    add(problem, before, after) {
      const kind = countChange(countsOf(counts, after.arm, problem.task), before, after.verdict)
      if (kind === undefined) return
      const rank = `${kind === 'other' ? 1 : 0}${hashOf({ seed: recipe.seed, key: after.key })}`
      examples.push(exampleOf(problem, before, after, rank))
      if (examples.length > 4 * mostExamples) examples = firstExamples(examples)
    },
    async save() {
      const path = shardFlipsPath(runFolder, shard)
      const flips: ShardFlips = {
        fingerprint,
        counts: [...counts.values()],
        examples: firstExamples(examples),
      }
      await replaceFile(path, `${JSON.stringify(flips)}\n`)
    },
  }
}

/** The examples that a report shows, of those of several shards. */
export function firstExamples(examples: readonly FlipExample[]): FlipExample[] {
  return examples.toSorted((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, mostExamples)
}

/** The counts of an arm and task, made where there are none yet. */
export function countsOf(counts: Map<string, FlipCounts>, arm: string, task: Task): FlipCounts {
  const key = `${arm}\n${task}`
  let own = counts.get(key)
  if (own === undefined) {
    own = { arm, task, compared: 0, right_to_wrong: 0, wrong_to_right: 0, other: 0, other_changes: {} }
    counts.set(key, own)
  }
  return own
}

function countChange(
  counts: FlipCounts,
  before: VerdictValue,
  after: VerdictValue,
): 'right_to_wrong' | 'wrong_to_right' | 'other' | undefined {
  counts.compared += 1
  if (before === after) return undefined
  const kind =
    before === 'correct' && after === 'incorrect'
      ? 'right_to_wrong'
      : before === 'incorrect' && after === 'correct'
        ? 'wrong_to_right'
        : 'other'
  counts[kind] += 1
  if (kind === 'other') {
    const change = `${before} -> ${after}`
    counts.other_changes[change] = (counts.other_changes[change] ?? 0) + 1
  }
  return kind
}

function exampleOf(problem: Problem, before: VerdictValue, after: Verdict, rank: string): FlipExample {
  const { problem_id, arm, sample_index, extracted, verdict, path, reason } = after
  const { task, answers: gold } = problem
  return { problem_id, arm, sample_index, task, gold, extracted, before, after: verdict, path, reason, rank }
}
