import { answersOf, problemOf } from '../../../../output/dataset/row-answers.ts'
import { RunError } from '../../../../schemas/errors.ts'
import type { CheckRun } from './check.ts'
import { type Found, found, passed, placeOf, rowsOf, untoldAnswers } from './rows.ts'

const ofAnswer = ['teacher', 'model', 'mode', 'finish_state', 'sampling'] as const
const ofRow = ['id', 'pair_id'] as const
const others = new Set(['problem', 'prompt', 'input', 'messages', 'conversations', 'verdict'])

export const check: CheckRun = {
  async run(dataset) {
    let missing: Found | undefined
    let rows = 0
    const wanted = new Set<string>([...ofAnswer, ...ofRow, ...others])
    for await (const placed of rowsOf(dataset, (name) => wanted.has(name) || name.endsWith('_meta'))) {
      rows += 1
      const { row } = placed
      const empty = ofRow.filter((name) => name in row && isEmpty(row[name])) as string[]
      if (isEmpty(problemOf(row))) empty.push('prompt')
      for (const { label, facts } of answersOf(row))
        for (const name of [...ofAnswer, ...(label === '' ? [] : ['id'])])
          if (isEmpty(facts[name])) empty.push(label === '' ? name : `${label}_meta.${name}`)
      if (empty.length > 0) missing = found(missing, `${placeOf(placed)}: ${empty.join(', ')}`)
    }
    if (missing === undefined) return passed(`${rows} rows have all of them`, await untoldAnswers(dataset))
    throw new RunError(
      `${missing.count} of ${rows} rows lack what says how they came about, such as ${missing.first}; write the dataset again, or say \`push.accept: [complete_rows]\``,
    )
  },
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
}
