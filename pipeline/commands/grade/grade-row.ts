import { z } from 'zod'
import type { Task } from '../../../schemas/problem.ts'
import { taskNames } from '../../../verifiers/all-verifiers.ts'
import type { VerifierResult } from '../../../schemas/verdict.ts'
import { codeTestsOf } from '../../../verifiers/code/code-tests.ts'
import { resultWithout, type VerifierJob } from '../../../verifiers/pool/pool-protocol.ts'
import { readAnswers } from '../../../problems/mapping/answers.ts'
import { readChoices, scalarText, type Choices } from '../../../problems/mapping/choices.ts'
import { quoted } from '../../../schemas/quoted.ts'

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.bigint()])
const Gold = z.union([Scalar, z.null(), z.array(z.union([Scalar, z.null()]))])

/** The columns of a line that are looked at; others may be there and are passed over. */
const GradeRow = z.object({
  id: z.union([z.string(), z.number(), z.bigint(), z.null()]).default(null),
  problem: z.string().nullish(),
  gold: Gold.optional(),
  pred: z.union([Scalar, z.null()]).optional(),
  output: z.string().nullish(),
  choices: z.unknown().optional(),
  tests: z.unknown().optional(),
  entry_point: z.string().nullish(),
  task: z.enum(taskNames).nullish(),
})
type GradeRow = z.infer<typeof GradeRow>

export type GradeId = GradeRow['id']

/** A line that can be graded, one that has its verdict without any checking, or why it is neither. */
export type GradeItem = { id: GradeId } & (
  | { job: VerifierJob }
  | { decided: VerifierResult }
  | { bad: { reason: string; message: string } }
)

/**
 * Makes a job for a verifier of one line: `gold` with `pred` (an answer) or `output` (raw text with its reasoning),
 * `choices` for multiple choice, `tests` and `entry_point` for code.
 *
 * @param task for lines that do not name their own; without it code for lines with tests, choice for lines with options
 *   or with letters for golds, math for all others
 */
export function gradeRow(row: Record<string, unknown>, task: Task | undefined): GradeItem {
  const parsed = GradeRow.safeParse(row)
  if (!parsed.success) return { id: idOf(row), bad: badRow(parsed.error.issues[0]!, row) }
  const { id, gold, pred, output, problem, entry_point } = parsed.data
  const bad = (reason: string, message: string): GradeItem => ({ id, bad: { reason, message } })
  if (pred === undefined && output === undefined)
    return bad('missing_answer', 'the line has neither `pred` (an answer) nor `output` (raw text)')
  const choices = choicesOf(parsed.data)
  if (typeof choices === 'string')
    return bad('bad_choices', `${choices}; \`choices\` holds ${quoted(row['choices'])}`)
  const tests = testsOf(parsed.data)
  const golds = [gold ?? null].flat().filter((value) => value !== null)
  const own = parsed.data.task ?? task ?? usualTask(choices, tests, golds)
  const job = (answers: readonly string[]): GradeItem => ({
    id,
    job: {
      task: own,
      input: {
        prompt: problem ?? '',
        answers,
        choices: choices?.texts ?? [],
        output: scalarText(pred ?? output) ?? '',
        // A program is taken as it is; everything else that is called an answer may still be a sentence with one.
        ...(own === 'code' ? { bare: pred !== undefined && pred !== null } : {}),
      },
    },
  })
  if (own === 'code' && tests !== undefined) {
    const text = testsText(tests, entry_point ?? '')
    return text === undefined
      ? bad(
          'bad_tests',
          'Python tests as text are wanted, a list of them, {kind: "stdio", cases: [{input, output}]}, or the tests of APPS, TACO, LiveCodeBench, MBPP or HumanEval as they are',
        )
      : job([text])
  }
  if (gold === undefined)
    return bad('missing_gold', own === 'code' ? 'the line has no `tests`' : 'the line has no `gold`')
  if (own !== 'choice') return job(golds.map(textOf))
  const letters = golds.map((value) => letterOf(value, choices))
  return letters.every((letter) => letter !== undefined)
    ? job(letters)
    : { id, decided: resultWithout('gold_unparseable', 'ambiguous_answer') }
}

/** The id alone, for a line that is wrong in another place. */
function idOf(row: Record<string, unknown>): GradeId {
  return GradeRow.shape.id.safeParse(row['id']).data ?? null
}

function badRow(issue: z.core.$ZodIssue, row: Record<string, unknown>): { reason: string; message: string } {
  const column = String(issue.path[0])
  const wanted: Record<string, string> = {
    id: 'text or a number',
    gold: 'text, a number or a list of those',
    pred: 'text or a number',
    task: `one of ${taskNames.join(', ')}`,
  }
  const message = `\`${column}\` must be ${wanted[column] ?? 'text'}, got ${quoted(row[column])}`
  return { reason: `bad_${column}`, message }
}

/** No options are as good as an empty list of them: sources that mix kinds of problems give one to every row. */
function choicesOf({ choices }: GradeRow): Choices | string | undefined {
  const none = choices === undefined || choices === null || (Array.isArray(choices) && choices.length === 0)
  return none ? undefined : readChoices(choices)
}

function testsOf({ tests }: GradeRow): unknown {
  return tests === null || tests === '' ? undefined : tests
}

/**
 * A gold that is a capital letter and nothing else names an option, also where the options are part of the problem's
 * text.
 */
function usualTask(choices: Choices | undefined, tests: unknown, golds: readonly unknown[]): Task {
  if (tests !== undefined) return 'code'
  const letters = golds.length > 0 && golds.every((gold) => /^\(?[A-J]\)?$/u.test(textOf(gold).trim()))
  return choices !== undefined || letters ? 'choice' : 'math'
}

/** Tests as the code verifier takes them: their description as JSON. */
function testsText(tests: unknown, entryPoint: string): string | undefined {
  const described = codeTestsOf(tests, entryPoint)
  return described === undefined ? undefined : JSON.stringify(described)
}

/** The letter of a gold; a gold that is none of the options is left to the verifier, which reports it. */
function letterOf(gold: unknown, choices: Choices | undefined): string | undefined {
  const read = readAnswers({ gold }, { answer: 'gold' }, 'choice', choices)
  if (Array.isArray(read)) return read[0]
  return read.reason === 'ambiguous_answer' ? undefined : textOf(gold)
}

function textOf(value: unknown): string {
  return scalarText(value) ?? ''
}
