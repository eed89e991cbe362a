import { declaredFinding } from '../../../filters/checked.ts'
import type { KeyedRules, ProblemSetFilter, Remembered } from '../../../filters/set-filter.ts'
import { sha256 } from '../../../schemas/canonical.ts'
import { openSpool } from '../../../store/files/spool.ts'
import type { OpenRules } from './open-rules.ts'

type Memory = Remembered<unknown> & { key: string; ordinal: number }

/**
 * A filter that decides about problems with equal keys. What it remembers is spooled by the hash of its key, so that equal
 * keys meet in one bucket; in memory is one bucket.
 */
export async function openKeyed(
  filter: ProblemSetFilter,
  rules: KeyedRules<unknown>,
  folder: string,
): Promise<OpenRules> {
  const memories = await openSpool<Memory>(folder)
  return {
    async add(row, ordinal) {
      const key = rules.key(row)
      if (key === undefined) return
      const { problem, position } = row
      await memories.add(sha256(key), {
        key,
        ordinal,
        problem: problem.id,
        position,
        memory: rules.remember(row),
      })
    },
    async *decide(isLost) {
      for await (const bucket of memories.buckets()) {
        const left = bucket.filter(({ ordinal }) => !isLost(ordinal))
        const byKey = Map.groupBy(
          left.toSorted((a, b) => a.ordinal - b.ordinal),
          ({ key }) => key,
        )
        for (const same of byKey.values()) {
          for (const [index, finding] of rules.decide(same).entries()) {
            if (finding === undefined) continue
            const { problem, position, ordinal } = same[index]!
            yield { problem, position, ordinal, finding: declaredFinding(filter, finding) }
          }
        }
      }
    },
    remove: () => memories.remove(),
  }
}
