import type { ProblemFields } from '../problems-section.ts'
import { optionColumns, wrongAnswerColumns } from './option-names.ts'
import { topColumn, valueAt } from './path.ts'
import { isTemplate, templatePaths } from '../prompt-template.ts'
import { codeColumns } from './code-tests.ts'
import { validityColumns } from '../rows.ts'

/** The names under which a column is looked for when the recipe does not name it, in this order. */
export const usualNames: Record<Exclude<keyof ProblemFields, 'task' | 'wrong_answers'>, readonly string[]> = {
  prompt: [
    'prompt',
    'problem',
    'question',
    'instruction',
    'input',
    'query',
    'Question',
    'Problem',
    'messages',
    'conversations',
  ],
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
    'correct_answer',
    'Correct Answer',
    'reward_model.ground_truth',
  ],
  answers: ['answers.text', 'answers[*].text', 'answer.aliases', 'answers'],
  choices: ['choices', 'options'],
  id: ['id', 'problem_id', 'question_id', 'unique_id', 'uuid'],
  source: ['source', 'data_source'],
  license: ['license', 'source_license'],
  domain: ['domain', 'subject', 'category'],
  difficulty: ['difficulty', 'level'],
}

/** Columns that usually hold what a question is about: a set in which one is not part of the prompt is asked without it. */
export const contextNames: readonly string[] = [
  'context',
  'passage',
  'input',
  'story',
  'article',
  'document',
  'paragraph',
  'premise',
  'background',
]

/** A value and the column that held it. */
export type Found = { column: string; value: unknown }

/**
 * The value of a field: of the column that the recipe names, otherwise of the first usual one that holds anything.
 * `undefined` where there is none; null and blank text count as nothing.
 */
export function findField(
  row: Readonly<Record<string, unknown>>,
  field: keyof typeof usualNames,
  named: string | readonly string[] | undefined,
): Found | undefined {
  if (Array.isArray(named)) return undefined
  for (const column of typeof named !== 'string' ? usualNames[field] : [named]) {
    const value = valueAt(row, column)
    if (!isNothing(value)) return { column, value }
  }
  return undefined
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
  const wanted = new Set(namedPaths(fields).map(({ path }) => topColumn(path, available)))
  for (const field of Object.keys(usualNames) as (keyof typeof usualNames)[]) {
    if (fields[field] !== undefined || onlyNamed.includes(field) || (answered && isAnswer(field))) continue
    for (const name of usualNames[field]) wanted.add(topColumn(name, available))
  }
  if (fields.choices === undefined) for (const name of optionColumns.flat()) wanted.add(name)
  if (fields.wrong_answers === undefined) for (const name of wrongAnswerColumns.flat()) wanted.add(name)
  if (!answered) wanted.add('solution')
  // What stands beside tests belongs to them, also where the column of the tests is named.
  for (const name of codeColumns(available)) wanted.add(name)
  for (const name of validityColumns) wanted.add(name)
  return available.filter((name) => wanted.has(name))
}

/** Every path that the recipe names, with its field; a template names several. */
export function namedPaths(fields: ProblemFields): { field: keyof ProblemFields; path: string }[] {
  return (Object.keys(fields) as (keyof ProblemFields)[]).flatMap((field) => {
    const named = fields[field] ?? []
    const paths =
      field === 'prompt' && isTemplate(String(named)) ? templatePaths(String(named)) : [named].flat()
    return paths.map((path) => ({ field, path }))
  })
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

export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}
