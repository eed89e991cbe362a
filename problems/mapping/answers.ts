import type { Task } from '../../schemas/problem.ts'
import { type Choices, letterOf, scalarText } from './choices.ts'
import { parseExactJson } from '../../store/files/exact-json.ts'
import { findField, type Found } from './columns.ts'
import { nothingIn } from './named-column.ts'
import { valueAt } from './path.ts'
import { readCodeTests } from './code-tests.ts'
import { finalAnswer } from './final-answer.ts'
import type { ProblemFields } from '../problems-section.ts'
import { quoted } from '../../schemas/quoted.ts'
import type { RowReason } from '../../schemas/reasons.ts'

/** Why a row has no usable answer. */
export type AnswerFault = { reason: RowReason; message: string }

type Row = Readonly<Record<string, unknown>>

/**
 * The reference answers of a row for a task, each once: the answers that are wanted, or why there are none. For a choice
 * problem they are letters, whatever the source writes (letter, label, index from 0, or the option's text).
 */
export function readAnswers(
  row: Row,
  fields: ProblemFields,
  task: Task,
  choices: Choices | undefined,
): string[] | AnswerFault {
  const column = fields.answers ?? fields.answer
  const named = column === undefined ? undefined : { column, value: valueAt(row, column) }
  const tests = task === 'code' ? readCodeTests(row, named) : undefined
  if (tests !== undefined) return tests
  const found = findAnswer(row, fields, task)
  if (found === undefined) return task === 'none' ? [] : missingAnswer(row, fields)
  const values = listOf(found, fields)
  const answers: string[] = []
  for (const value of values) {
    const answer = choices ? choiceLetter(value, choices) : plainAnswer(value, task, found.column)
    if (typeof answer !== 'string') return answer
    if (!answers.includes(answer)) answers.push(answer)
  }
  return answers.length > 0 || task === 'none' ? answers : missingAnswer(row, fields)
}

/** `answers`, then `answer`, then the final answer of a worked `solution`, which only counts when it can be told. */
function findAnswer(row: Row, fields: ProblemFields, task: Task): Found | undefined {
  const named = fields.answers !== undefined || fields.answer !== undefined
  const answers =
    named && fields.answers === undefined ? undefined : findField(row, 'answers', fields.answers)
  const answer = named && fields.answer === undefined ? undefined : findField(row, 'answer', fields.answer)
  if (answers ?? answer ?? named) return answers ?? answer
  const solution = valueAt(row, 'solution')
  if (typeof solution !== 'string' || task === 'code' || task === 'text') return undefined
  const final = finalAnswer(solution)
  return final === undefined || final === '' ? undefined : { column: 'solution', value: final }
}

function missingAnswer(row: Row, fields: ProblemFields): AnswerFault {
  const named = fields.answers ?? fields.answer
  return {
    reason: 'missing_answer',
    message: `${nothingIn(named, 'an answer', row)}; name it in problems.fields.answer, or set problems.defaults.task to none for problems without answers`,
  }
}

function listOf({ column, value }: Found, fields: ProblemFields): unknown[] {
  const list =
    typeof value === 'string' && (column === fields.answers || column === 'answers')
      ? parsedList(value)
      : value
  return Array.isArray(list) ? (list as unknown[]).filter((item) => item !== null && item !== '') : [list]
}

/** CSV has no lists: a column of answers may hold one as JSON text. */
function parsedList(text: string): unknown {
  if (!text.trimStart().startsWith('[')) return text
  try {
    return parseExactJson(text, 'texts')
  } catch {
    return text
  }
}

function plainAnswer(value: unknown, task: Task, column: string): string | AnswerFault {
  const text = scalarText(value)?.trim()
  if (text === undefined) return notScalar(value, column)
  const answer =
    task === 'math' || task === 'numeric' || task === 'choice' ? (finalAnswer(text) ?? text) : text
  if (task !== 'choice') return answer
  const letter = bareLetter(answer)
  if (letter !== undefined) return letter
  return {
    reason: 'answer_not_a_choice',
    message: `the letter of an option is wanted, got ${quoted(answer)}, and no column holds options; name it in problems.fields.choices`,
  }
}

function notScalar(value: unknown, column: string): AnswerFault {
  const message = `the answer in "${column}" must be text, a number, a boolean or a list of those, got ${quoted(value)}; a path reaches inside (problems.fields.answer: ${column}.value, ${column}[0], ${column}[*].text)`
  return { reason: 'bad_answer', message }
}

function bareLetter(text: string): string | undefined {
  return /^\(?([A-Za-z])\)?[).:]?$/.exec(text)?.[1]?.toUpperCase()
}

/**
 * The source's own label decides. Otherwise the answer may be the letter, the text or the index from 0 (MMLU) of an option,
 * and it is better to refuse an answer that is two of these than to guess a wrong reference.
 */
function choiceLetter(value: unknown, choices: Choices): string | AnswerFault {
  const text = scalarText(value)?.trim()
  if (text === undefined) return notScalar(value, 'answer')
  const answer = finalAnswer(text) ?? text
  const label = byLabel(answer, choices)
  if (label !== undefined) return letterOf(label)
  const readings = [byLetter(answer, choices), byText(answer, choices), byIndex(answer, choices)]
  const places = new Set(readings.filter((place) => place !== undefined))
  const [place, another] = places
  if (place === undefined) {
    const message = `the answer ${quoted(value)} is none of the ${choices.texts.length} options; give the letter, the index from 0 or the text of one`
    return { reason: 'answer_not_a_choice', message }
  }
  if (another !== undefined) {
    const message = `the answer ${quoted(value)} may be option ${letterOf(place)} or ${letterOf(another)}; give the letter`
    return { reason: 'ambiguous_answer', message }
  }
  return letterOf(place)
}

function byLabel(answer: string, { labels }: Choices): number | undefined {
  return placeOf(labels ?? [], (label) => fold(label) === fold(answer))
}

function byLetter(answer: string, { texts }: Choices): number | undefined {
  const letter = bareLetter(answer)
  return placeOf(texts, (_, index) => letterOf(index) === letter)
}

/** The text of an option, alone or behind its letter ("B) 15"). */
function byText(answer: string, { texts }: Choices): number | undefined {
  const whole = placeOf(texts, (text) => fold(text) === fold(answer))
  const bare = answer.replace(/^\(?[A-Za-z][).:]\s+/, '')
  return whole ?? placeOf(texts, (text) => fold(text) === fold(bare))
}

function byIndex(answer: string, { texts }: Choices): number | undefined {
  return /^\d{1,2}$/.test(answer) && Number(answer) < texts.length ? Number(answer) : undefined
}

function placeOf(
  texts: readonly string[],
  matches: (text: string, index: number) => boolean,
): number | undefined {
  const index = texts.findIndex(matches)
  return index === -1 ? undefined : index
}

function fold(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase()
}
