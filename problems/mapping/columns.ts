import type { ProblemFields } from '../problems-section.ts'

/** The names under which a column is looked for when the recipe does not name it, in this order. */
export const usualNames: Record<Exclude<keyof ProblemFields, 'task'>, readonly string[]> = {
  prompt: ['prompt', 'problem', 'question', 'input', 'query', 'Question', 'Problem'],
  answer: [
    'answer',
    'gold',
    'expected_answer',
    'final_answer',
    'ground_truth',
    'reference_answer',
    'answerKey',
    'answer_key',
    'target',
    'Answer',
    'reward_model.ground_truth',
  ],
  answers: ['answers'],
  choices: ['choices', 'options'],
  id: ['id', 'problem_id', 'question_id', 'unique_id', 'uuid'],
  source: ['source', 'data_source'],
  license: ['license', 'source_license'],
  domain: ['domain', 'subject', 'category'],
  difficulty: ['difficulty', 'level'],
}

/** A value and the column that held it. */
export type Found = { column: string; value: unknown }

/**
 * The value of a field: of the column that the recipe names, otherwise of the first usual one that holds anything.
 * `undefined` where there is none; null and blank text count as nothing.
 */
export function findField(
  row: Readonly<Record<string, unknown>>,
  field: keyof typeof usualNames,
  named: string | undefined,
): Found | undefined {
  for (const column of named === undefined ? usualNames[field] : [named]) {
    const value = valueAt(row, column)
    if (!isNothing(value)) return { column, value }
  }
  return undefined
}

/** The value of a column, or of a place inside one: `extra.answer`, `answers.0`. */
export function valueAt(row: Readonly<Record<string, unknown>>, column: string): unknown {
  if (Object.hasOwn(row, column)) return row[column]
  let value: unknown = row
  for (const step of column.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

/**
 * The columns among those that a source has that can make a difference to its problems: those that are named, and for
 * fields that are not named all of the usual names, because rows may hold nothing in the first of them. Fields in
 * `onlyNamed` are not looked for under usual names.
 */
export function neededColumns(
  fields: ProblemFields,
  available: readonly string[],
  onlyNamed: readonly (keyof typeof usualNames)[] = [],
): string[] {
  const answered = fields.answer !== undefined || fields.answers !== undefined
  const wanted = new Set<string>()
  for (const field of Object.keys(usualNames) as (keyof typeof usualNames)[]) {
    const named = fields[field]
    const isLookedFor = !onlyNamed.includes(field) && !(answered && isAnswer(field))
    for (const name of named === undefined ? (isLookedFor ? usualNames[field] : []) : [named])
      wanted.add(topColumn(name, available))
  }
  if (fields.task !== undefined) wanted.add(topColumn(fields.task, available))
  if (!answered) wanted.add('solution')
  return available.filter((name) => wanted.has(name))
}

/** The column that holds a place such as `extra.answer`. */
export function topColumn(name: string, available: readonly string[]): string {
  return available.includes(name) ? name : (name.split('.')[0] ?? name)
}

function isAnswer(field: string): boolean {
  return field === 'answer' || field === 'answers'
}

/** Text for a column of labels, such as a domain or an id; empty for anything that is no single value. */
export function labelAt(
  row: Readonly<Record<string, unknown>>,
  field: 'id' | 'source' | 'license' | 'domain' | 'difficulty',
  named: string | undefined,
): string {
  const value = findField(row, field, named)?.value
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : ''
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}
