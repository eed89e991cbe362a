import { answersOf } from '../../../../output/dataset/row-answers.ts'
import { RunError } from '../../../../schemas/errors.ts'
import type { CheckRun } from './check.ts'
import { found, passed, placeOf, rowsOf, untoldAnswers, type Found } from './rows.ts'

const wanted = new Set(['id', 'pair_id', 'verdict', 'gold_suspect'])

export const check: CheckRun = {
  async run(dataset) {
    let suspect: Found | undefined
    let untold: Found | undefined
    let rows = 0
    for await (const placed of rowsOf(dataset, (name) => wanted.has(name) || name.endsWith('_meta'), [
      'selected',
    ])) {
      const said = answersOf(placed.row).map(({ facts }) => facts['gold_suspect'])
      // Whether it holds answers of which nothing is said is asked of its columns.
      if (said.length === 0) continue
      rows += 1
      if (said.some((one) => typeof one !== 'boolean')) untold = found(untold, placeOf(placed))
      if (said.includes(true)) suspect = found(suspect, placeOf(placed))
    }
    if (suspect === undefined && untold !== undefined)
      throw new RunError(
        `${untold.count} of ${rows} rows do not say whether the reference is in doubt, such as ${untold.first}; write the dataset again, or say \`push.accept: [gold_suspect]\``,
      )
    if (suspect === undefined)
      return passed(
        `none of ${rows} rows is about a problem whose answers speak against its reference`,
        await untoldAnswers(dataset, ['selected']),
      )
    throw new RunError(
      `${suspect.count} of ${rows} rows (${((100 * suspect.count) / rows).toFixed(2)} %) are about problems whose answers speak against the reference, such as ${suspect.first}; correct or drop those problems, or publish them as they are with \`push.accept: [gold_suspect]\``,
    )
  },
}
