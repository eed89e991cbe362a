import { join } from 'node:path'
import { settingsOf } from '../../../filters/apply.ts'
import { type DeclaredFinding, declaredFinding } from '../../../filters/checked.ts'
import { problemSetFilters } from '../../../filters/registry.ts'
import type { ProblemSetFilter, Remembered } from '../../../filters/set-filter.ts'
import type { SourceRow } from '../../../problems/source-row.ts'
import { sha256 } from '../../../schemas/canonical.ts'
import { openSpool, type Spool } from '../../../store/files/spool.ts'

/** What a set filter found against the row with this number. */
export type SetFinding = DeclaredFinding & { ordinal: number }

/** The set filters of problems while the source is read, and what they have found when all of it is there. */
export type SetFindings = {
  /** @param ordinal number of the row in the source, rising */
  add(row: SourceRow, ordinal: number): Promise<void>
  /** Lets the filters decide. @returns their findings, spooled by the id of the problem */
  decide(): Promise<Spool<SetFinding>>
}

type Memory = Remembered<unknown> & { key: string; ordinal: number }
type Active = {
  filter: ProblemSetFilter
  rules: ReturnType<ProblemSetFilter['create']>
  memories: Spool<Memory>
}

/**
 * Opens the set filters of a recipe's `filter` section. What they remember is spooled by the hash of its key, so that
 * equal keys meet in one bucket; in memory are one bucket and one bit for each row.
 */
export async function openSetFindings(
  section: Readonly<Record<string, unknown>>,
  folder: string,
): Promise<SetFindings> {
  const active: Active[] = []
  for (const { filter, options } of settingsOf<ProblemSetFilter>(problemSetFilters, section))
    active.push({
      filter,
      rules: filter.create(options),
      memories: await openSpool<Memory>(join(folder, filter.name)),
    })
  let rows = 0
  return {
    async add(row, ordinal) {
      rows = ordinal
      for (const { rules, memories } of active) {
        const key = rules.key(row)
        if (key === undefined) continue
        const { problem, position } = row
        const memory = rules.remember(row)
        await memories.add(sha256(key), { key, ordinal, problem: problem.id, position, memory })
      }
    },
    async decide() {
      const findings = await openSpool<SetFinding>(join(folder, 'findings'))
      const lost = new Uint8Array((rows >> 3) + 1)
      for (const each of active) {
        for await (const { memory, finding } of decisionsOf(each, lost)) {
          const { ordinal } = memory
          lost[ordinal >> 3]! |= 1 << (ordinal & 7)
          await findings.add(memory.problem, { ...finding, ordinal })
        }
        await each.memories.remove()
      }
      return findings
    },
  }
}

async function* decisionsOf(
  { filter, rules, memories }: Active,
  lost: Uint8Array,
): AsyncGenerator<{ memory: Memory; finding: DeclaredFinding }> {
  for await (const bucket of memories.buckets()) {
    const left = bucket.filter(({ ordinal }) => (lost[ordinal >> 3]! & (1 << (ordinal & 7))) === 0)
    const byKey = Map.groupBy(
      left.toSorted((a, b) => a.ordinal - b.ordinal),
      ({ key }) => key,
    )
    for (const same of byKey.values()) {
      for (const [index, finding] of rules.decide(same).entries()) {
        if (finding === undefined) continue
        yield { memory: same[index]!, finding: declaredFinding(filter, finding) }
      }
    }
  }
}
