import { type Problem, problemId, type Task } from '../../schemas/problem.ts'
import { type AnswerFault, readAnswers } from './answers.ts'
import { type Choices, readChoices } from './choices.ts'
import { findField, labelAt, valueAt } from './columns.ts'
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

  const found = findField(row, 'prompt', fields.prompt)
  if (found === undefined) return bad('missing_prompt', missingPrompt(row, fields))
  const prompt = promptText(found.value)
  if (prompt === undefined) {
    return bad(
      'bad_prompt',
      `the prompt must be text or a list with one user message, got ${quoted(found.value)}`,
    )
  }

  const choices = choicesOf(row, fields)
  if (typeof choices === 'string') return bad('bad_choices', choices)
  const task = taskOf(row, fields, defaults, tasks, choices)
  if (!task.success)
    return bad('bad_task', `the task must be one of ${tasks.join(', ')}, got ${quoted(task.value)}`)
  const read = readAnswers(row, fields, task.data, task.data === 'choice' ? choices : undefined)
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

function missingPrompt(row: RawRow['row'], fields: ProblemFields): string {
  const wanted =
    fields.prompt === undefined ? 'no column holds a prompt' : `the column "${fields.prompt}" holds no prompt`
  return `${wanted} (the row has ${columnNames(row)}); name it in problems.fields.prompt`
}

function choicesOf(row: RawRow['row'], fields: ProblemFields): Choices | undefined | string {
  const found = findField(row, 'choices', fields.choices)
  // A source that mixes kinds of problems gives an empty list to those without options.
  if (found === undefined || (Array.isArray(found.value) && found.value.length === 0)) return undefined
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
    return { success: true, data: defaults.task ?? (choices ? 'choice' : 'math') }
  }
  return typeof value === 'string' && tasks.includes(value)
    ? { success: true, data: value }
    : { success: false, value }
}
