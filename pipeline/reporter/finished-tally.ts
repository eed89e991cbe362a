import type { FinishedSamples } from '../../schemas/progress.ts'
import type { ShardStep } from './reporter.ts'

/** Adds up the counts of parts over the shards. What a later part of the same shard says takes the place of the earlier. */
export function createFinishedTally(): {
  add(step: ShardStep): void
  of(arm: string): FinishedSamples
  pairs(): number
} {
  const latest = new Map<string, ShardStep>()
  const arms = new Map<string, FinishedSamples>()
  let pairs = 0

  function count({ arms: counted, pairs: more = 0 }: ShardStep, sign: 1 | -1): void {
    pairs += sign * more
    for (const [arm, figures] of Object.entries(counted)) {
      const sum = arms.get(arm) ?? noneFinished()
      arms.set(arm, sum)
      for (const each of Object.keys(figures) as (keyof FinishedSamples)[])
        sum[each] += sign * (figures[each] ?? 0)
    }
  }

  return {
    add(step) {
      const key = `${step.part} ${step.shard}`
      const before = latest.get(key)
      if (before) count(before, -1)
      latest.set(key, step)
      count(step, 1)
    },
    of: (arm) => ({ ...(arms.get(arm) ?? noneFinished()) }),
    pairs: () => pairs,
  }
}

function noneFinished(): FinishedSamples {
  return { planned: 0, answered: 0, parsed: 0, verified: 0, correct: 0, kept: 0, paired: 0 }
}
