import { hashOf } from '../../schemas/canonical.ts'
import { type Choices, letterOf, scalarText } from './choices.ts'
import { findField, isNothing } from './columns.ts'
import { optionColumns, wrongAnswerColumns } from './option-names.ts'
import { valueAt } from './path.ts'
import type { ProblemFields } from '../problems-section.ts'

type Row = Readonly<Record<string, unknown>>

/** The options of a row in columns of their own, with the letters that the columns' names end in as labels. */
export function optionsInColumns(row: Row, fields: ProblemFields): Choices | undefined {
  const named = Array.isArray(fields.choices) ? fields.choices : undefined
  for (const columns of named ? [named] : optionColumns) {
    const present = columns.slice(0, countPresent(row, columns))
    const texts = present.map((column) => scalarText(valueAt(row, column))?.trim())
    // Two columns A and B may hold two answers that are compared.
    if (texts.length < (named || columns[0] !== 'A' ? 2 : 3)) continue
    if (texts.every((text) => text !== undefined)) return { texts, labels: labelsOf(present) }
  }
  return undefined
}

/** Options that stand as the right answer and the wrong ones, with the letter of the right one. */
export type Separate = { choices: Choices; answer: string }

/**
 * The options of a row that holds the right one in the column of the answer and wrong ones in others (GPQA, SciQ). Their
 * order depends on the prompt and the options and on nothing else, so that it is the same in every file and run. A text
 * that tells what is wrong with them.
 */
export function separateOptions(
  row: Row,
  fields: ProblemFields,
  prompt: string,
): Separate | string | undefined {
  const wrong = wrongAnswers(row, fields)
  if (wrong === undefined) return undefined
  const right = scalarText(findField(row, 'answer', fields.answer)?.value)?.trim()
  if (right === undefined || right === '') return undefined
  const texts = [right, ...wrong.map((value) => scalarText(value)?.trim() ?? '')]
  if (texts.includes('')) return 'a wrong option is empty or no text'
  if (new Set(texts).size !== texts.length) return 'two of the options are the same'
  const keys = new Map(texts.map((text) => [text, hashOf({ prompt, option: text })]))
  const ordered = texts.toSorted((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1))
  return { choices: { texts: ordered, labels: undefined }, answer: letterOf(ordered.indexOf(right)) }
}

function wrongAnswers(row: Row, fields: ProblemFields): unknown[] | undefined {
  const { wrong_answers: named } = fields
  if (typeof named === 'string') {
    const value = valueAt(row, named)
    return Array.isArray(value) ? value : isNothing(value) ? undefined : [value]
  }
  for (const columns of named ? [named] : wrongAnswerColumns) {
    const count = countPresent(row, columns)
    if (count > 0) return columns.slice(0, count).map((column) => valueAt(row, column))
  }
  return undefined
}

function countPresent(row: Row, columns: readonly string[]): number {
  const missing = columns.findIndex((column) => isNothing(valueAt(row, column)))
  return missing === -1 ? columns.length : missing
}

/** What the names end in, where they are alike before that and no two ends are the same. */
function labelsOf(columns: readonly string[]): string[] | undefined {
  const ends = columns.map((column) => column.at(-1)!)
  const stems = new Set(columns.map((column) => column.slice(0, -1)))
  return stems.size === 1 && new Set(ends).size === ends.length ? ends : undefined
}
