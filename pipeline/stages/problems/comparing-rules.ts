import { declaredFinding } from '../../../filters/checked.ts'
import type { ComparingRules, ProblemSetFilter, Remembered } from '../../../filters/set-filter.ts'
import { openRecords } from '../../../store/files/records.ts'
import type { OpenRules } from './open-rules.ts'

/** A filter that compares any problem with any other; what it remembers lies in a file and is read back one by one. */
export async function openComparing(
  filter: ProblemSetFilter,
  rules: ComparingRules<unknown>,
  folder: string,
): Promise<OpenRules> {
  const memories = await openRecords<Remembered<unknown>>(`${folder}.records`)
  let ordinals = new Float64Array(1024)
  let count = 0
  return {
    async add(row, ordinal) {
      const { problem, position } = row
      if (count === ordinals.length) {
        const longer = new Float64Array(count * 2)
        longer.set(ordinals)
        ordinals = longer
      }
      ordinals[count++] = ordinal
      await memories.add({ problem: problem.id, position, memory: rules.add(row) })
    },
    async *decide(isLost) {
      const read = await memories.reader()
      for (const { place, finding } of rules.compare((each) => !isLost(ordinals[each]!), read))
        yield {
          problem: read(place).problem,
          position: read(place).position,
          ordinal: ordinals[place]!,
          finding: declaredFinding(filter, finding),
        }
    },
    remove: () => memories.remove(),
  }
}
