import { quoted } from '../../schemas/quoted.ts'
import type { PlacedProblem } from '../rows.ts'
import type { ColumnUse } from './column-use.ts'
import { letterOf } from './choices.ts'
import { meant } from './named-column.ts'

/** Mapped rows that are shown. */
const shown = 3

/** Where a person is told how a set was read. */
export type MappingListener = { note: (text: string) => void; warn: (text: string) => void }

/** Shows the first problems of a set as they were mapped, and at its end what was not used. */
export function showMapping(
  use: ColumnUse,
  { note, warn }: MappingListener,
): {
  add(placed: PlacedProblem): void
  finish(): void
} {
  let count = 0
  return {
    add(placed) {
      count += 1
      if (count <= shown) note(mappedLine(placed))
    },
    finish() {
      const unused = use.unused()
      if (unused.length > 0) note(`columns that no field uses: ${unused.join(', ')}`)
      for (const { field, column } of use.absent())
        warn(
          `problems.fields.${field} names the column "${column}", which is not there${meant(column, unused)}`,
        )
      const context = use.missingContext()
      if (context !== undefined)
        warn(
          `the column "${context.column}" is no part of the prompt, so the questions are asked without it; to ask with it, write problems.fields.prompt: "${context.prompt}"`,
        )
    },
  }
}

function mappedLine({ position, problem }: PlacedProblem): string {
  const { prompt, choices, answers, task } = problem
  const options = choices.map((choice, index) => `${letterOf(index)} ${quoted(choice)}`)
  return [
    `${position} is read as ${task}: prompt ${quoted(prompt.replaceAll(/\s+/g, ' '))}`,
    ...(options.length > 0 ? [`options ${options.join(', ')}`] : []),
    answers.length === 0
      ? 'no answer'
      : `${answers.length > 1 ? 'answers' : 'answer'} ${answers.map(quoted).join(' or ')}`,
  ].join('; ')
}
