import { join } from 'node:path'
import { settingsOf } from '../../../filters/apply.ts'
import type { DeclaredFinding } from '../../../filters/checked.ts'
import { problemSetFilters } from '../../../filters/registry.ts'
import type { ProblemSetFilter } from '../../../filters/set-filter.ts'
import type { SourceRow } from '../../../problems/source-row.ts'
import { openSpool, type Spool } from '../../../store/files/spool.ts'
import { openComparing } from './comparing-rules.ts'
import { openKeyed } from './keyed-rules.ts'
import type { OpenRules } from './open-rules.ts'

/** What a set filter found against the row with this number. */
export type SetFinding = DeclaredFinding & { ordinal: number }

/** The set filters of problems while the source is read, and what they have found when all of it is there. */
export type SetFindings = {
  /** @param ordinal number of the row in the source, rising */
  add(row: SourceRow, ordinal: number): Promise<void>
  /** Lets the filters decide. @returns their findings, spooled by the id of the problem */
  decide(): Promise<Spool<SetFinding>>
  /** What was found against problems that stay nevertheless, one line for each filter. */
  reports(): string[]
}

/** Positions of problems that stay which are named to the person. */
const shown = 5

/** Opens the set filters of a recipe's `filter` section. In memory is one bit for each row, and what each filter holds. */
export async function openSetFindings(
  section: Readonly<Record<string, unknown>>,
  folder: string,
): Promise<SetFindings> {
  const active: OpenRules[] = []
  for (const { filter, options } of settingsOf<ProblemSetFilter>(problemSetFilters, section)) {
    const rules = filter.create(options)
    const place = join(folder, filter.name)
    active.push(
      await ('key' in rules ? openKeyed(filter, rules, place) : openComparing(filter, rules, place)),
    )
  }
  let rows = 0
  const staying = new Map<string, { count: number; positions: string[] }>()
  return {
    async add(row, ordinal) {
      rows = ordinal
      for (const each of active) await each.add(row, ordinal)
    },
    async decide() {
      const findings = await openSpool<SetFinding>(join(folder, 'findings'))
      const lost = new Uint8Array((rows >> 3) + 1)
      const isLost = (ordinal: number): boolean => (lost[ordinal >> 3]! & (1 << (ordinal & 7))) !== 0
      for (const each of active) {
        for await (const { problem, position, ordinal, finding } of each.decide(isLost)) {
          if (finding.stays) {
            const { count = 0, positions = [] } = staying.get(finding.reason) ?? {}
            staying.set(finding.reason, {
              count: count + 1,
              positions: positions.concat(position).toSorted().slice(0, shown),
            })
            continue
          }
          lost[ordinal >> 3]! |= 1 << (ordinal & 7)
          await findings.add(problem, { ...finding, ordinal })
        }
        await each.remove()
      }
      return findings
    },
    reports: () =>
      [...staying].map(
        ([reason, { count, positions }]) =>
          `${count} problems stay with ${reason}, such as those at ${positions.join(', ')}`,
      ),
  }
}
