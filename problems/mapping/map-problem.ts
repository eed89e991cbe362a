import { type Problem, problemId, type Task } from '../../schemas/problem.ts'
import { type AnswerFault, readAnswers } from './answers.ts'
import { type Choices, readChoices } from './choices.ts'
import { optionsInColumns, separateOptions } from './choice-columns.ts'
import { findField, labelAt } from './columns.ts'
import { pathOfRows } from './inner-rows.ts'
import { nothingIn } from './named-column.ts'
import { valueAt } from './path.ts'
import { isTemplate } from '../prompt-template.ts'
import { fillTemplate, type TemplateFault } from './fill-template.ts'
import { hasCodeTests } from './code-tests.ts'
import type { ProblemDefaults, ProblemFields, ProblemsFiles } from '../problems-section.ts'
import { promptText } from './chat.ts'
import { quoted } from '../../schemas/quoted.ts'
import type { RowReason } from '../../schemas/reasons.ts'
import { type BadRow, columnNames, type RawRow } from '../rows.ts'

/** Makes a problem of a row, or tells why it is none. The same content gives the same id, whatever file it came from. */
export function mapProblem(
  raw: RawRow,
  fields: ProblemFields,
  defaults: ProblemDefaults,
  tasks: readonly Task[],
  missingAnswer: ProblemsFiles['missing_answer'] = 'reject',
): Problem | BadRow {
  const { row, position } = raw
  const bad = (reason: RowReason, message: string): BadRow => ({ position, reason, message })

  const prompt = promptOf(row, fields)
  if (typeof prompt !== 'string') return bad(prompt.reason, prompt.message)

  const separate = fields.choices === undefined ? separateOptions(row, fields, prompt) : undefined
  if (typeof separate === 'string') return bad('bad_choices', separate)
  const choices = separate?.choices ?? choicesOf(row, fields)
  if (typeof choices === 'string') return bad('bad_choices', choices)
  const task = taskOf(row, fields, defaults, tasks, choices)
  if (!task.success)
    return bad('bad_task', `the task must be one of ${tasks.join(', ')}, got ${quoted(task.value)}`)
  const read =
    separate && task.data === 'choice'
      ? [separate.answer]
      : readAnswers(row, fields, task.data, task.data === 'choice' ? choices : undefined)
  const answers = missingAnswer === 'keep' && isMissing(read) ? [] : read
  if (!Array.isArray(answers)) return bad(answers.reason, answers.message)

  const content = { prompt, choices: choices?.texts ?? [] }
  if (![prompt, ...content.choices, ...answers].every((text) => text.isWellFormed())) {
    return bad('bad_text', 'a text holds half a surrogate pair; mend its encoding')
  }
  return {
    id: problemId(content),
    ...content,
    answers,
    task: task.data,
    source: labelAt(row, 'source', fields.source) || defaults.source || raw.file,
    source_id: labelAt(row, 'id', fields.id),
    license: labelAt(row, 'license', fields.license) || defaults.license,
    domain: labelAt(row, 'domain', fields.domain) || defaults.domain,
    difficulty: labelAt(row, 'difficulty', fields.difficulty),
  }
}

function isMissing(read: string[] | AnswerFault): boolean {
  return !Array.isArray(read) && read.reason === 'missing_answer'
}

function promptOf(row: RawRow['row'], fields: ProblemFields): string | TemplateFault {
  const { prompt: named } = fields
  if (named !== undefined && isTemplate(named) && !Object.hasOwn(row, named)) {
    const filled = fillTemplate(named, row)
    if (typeof filled === 'string') return filled
    return {
      ...filled,
      message: `${filled.message} (the row has ${columnNames(row)}); mend problems.fields.prompt`,
    }
  }
  const found = findField(row, 'prompt', named)
  if (found === undefined) {
    const inner = pathOfRows(row)
    return {
      reason: 'missing_prompt',
      message: `${nothingIn(named, 'a prompt', row)}; ${inner === undefined ? 'name it in problems.fields.prompt' : `the problems are in a list: write problems.rows: "${inner}"`}`,
    }
  }
  const prompt = promptText(found.value)
  if (prompt !== undefined) return prompt
  const way = Array.isArray(found.value)
    ? `; name the message, such as problems.fields.prompt: "${found.column}[role=user].content"`
    : ''
  return {
    reason: 'bad_prompt',
    message: `the prompt must be text, a list with one user message or a chat that begins with one, got ${quoted(found.value)}${way}`,
  }
}

function choicesOf(row: RawRow['row'], fields: ProblemFields): Choices | undefined | string {
  const found = findField(row, 'choices', fields.choices)
  if (found === undefined) return optionsInColumns(row, fields)
  // A source that mixes kinds of problems gives an empty list to those without options.
  if (Array.isArray(found.value) && found.value.length === 0) return undefined
  const choices = readChoices(found.value)
  return typeof choices === 'string' ? `${choices}; "${found.column}" holds ${quoted(found.value)}` : choices
}

type TaskResult = { success: true; data: Task } | { success: false; value: unknown }

function taskOf(
  row: RawRow['row'],
  fields: ProblemFields,
  defaults: ProblemDefaults,
  tasks: readonly Task[],
  choices: Choices | undefined,
): TaskResult {
  const value = fields.task === undefined ? undefined : (valueAt(row, fields.task) ?? undefined)
  if (value === undefined || value === '') {
    return {
      success: true,
      data: defaults.task ?? (choices ? 'choice' : isCode(row, fields) ? 'code' : 'math'),
    }
  }
  return typeof value === 'string' && tasks.includes(value)
    ? { success: true, data: value }
    : { success: false, value }
}

/** Rows that have tests of a well-known set and no answer beside them. */
function isCode(row: RawRow['row'], fields: ProblemFields): boolean {
  const named = fields.answers !== undefined || fields.answer !== undefined
  return (
    !named &&
    hasCodeTests(row) &&
    !findField(row, 'answers', undefined) &&
    !findField(row, 'answer', undefined)
  )
}
