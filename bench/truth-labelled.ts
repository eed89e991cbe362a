import { readFileSync } from 'node:fs'
import { gradeRow } from '../pipeline/commands/grade/grade-row.ts'
import { openGrader, type Graded } from '../pipeline/commands/grade/open-grader.ts'
import { runMathVerify } from './verify-python.ts'
import { wilson, written } from '../verifiers/wilson.ts'

type Row = Record<string, unknown>
type Labelled = { row: Row; task: string; kind: string; right: boolean }

/**
 * Grades a file of labelled rows as `npm run grade` would and prints precision and recall of every task with their 95 %
 * intervals, and the confusion by kind where rows have a `kind`. A label is `equal`, `correct` or `want: "correct"`.
 *
 * @param python with Math-Verify, whose verdicts on the same mathematical rows are printed beside ours
 * @returns how many wrong answers were accepted
 */
export async function reportLabelled(
  path: string,
  python: string | undefined,
  misses: boolean,
): Promise<number> {
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => labelled(JSON.parse(line) as Row))
    .filter((row) => row !== undefined)
  const grader = openGrader({
    task: undefined,
    workers: 2,
    timeoutMs: 10_000,
    options: {},
    warn: (text) => process.stderr.write(`${text}\n`),
  })
  const results = await grader.grade(rows.map(({ row }, at) => ({ row, number: at + 1 })))
  await grader.close()
  for (const task of new Set(rows.map((row) => row.task))) {
    const own = rows.flatMap((row, at) =>
      row.task === task ? [{ row, said: results[at]?.verdict === 'correct' }] : [],
    )
    console.log(`${task.padEnd(8)} ${summary(own)}`)
    if (task === 'math' && python !== undefined) {
      const others = secondOpinions(
        python,
        own.map(({ row }) => row),
      )
      console.log(
        `${'  Math-Verify'.padEnd(8)} ${summary(own.map(({ row }, at) => ({ row, said: others[at] === true })))}`,
      )
    }
  }
  printKinds(rows, results)
  const wrong = rows.filter((row, at) => !row.right && results[at]?.verdict === 'correct').length
  if (misses) for (const [at, row] of rows.entries()) printMiss(row, results[at])
  return wrong
}

function labelled(source: Row): Labelled | undefined {
  if (source['core'] === false) return undefined
  const { gold_letter, pred, output, question, ...rest } = source
  const given = pred === undefined || (pred === '' && output !== undefined) ? { output } : { pred }
  const row: Row = {
    ...rest,
    ...given,
    gold: gold_letter ?? source['gold'],
    problem: source['problem'] ?? question,
  }
  if (given.output === undefined && given.pred === undefined) return undefined
  const item = gradeRow(row, undefined)
  return {
    row,
    task: 'job' in item ? item.job.task : 'unread',
    kind: typeof source['kind'] === 'string' ? source['kind'] : '',
    right: source['equal'] === true || source['correct'] === true || source['want'] === 'correct',
  }
}

function summary(rows: readonly { row: Labelled; said: boolean }[]): string {
  const count = (said: boolean, right: boolean): number =>
    rows.filter((each) => each.said === said && each.row.right === right).length
  const [hits, wrong, lost] = [count(true, true), count(true, false), count(false, true)]
  return `${String(rows.length).padStart(5)} rows  precision ${written(wilson(hits, hits + wrong))}  recall ${written(wilson(hits, hits + lost))}  wrong accepted ${wrong}  right lost ${lost}`
}

function printKinds(rows: readonly Labelled[], results: readonly Graded[]): void {
  const kinds = [...new Set(rows.map(({ kind }) => kind))].filter((kind) => kind !== '').sort()
  for (const kind of kinds) {
    const own = rows.flatMap((row, at) =>
      row.kind === kind ? [{ row, said: results[at]?.verdict === 'correct' }] : [],
    )
    const wrong = own.filter(({ row, said }) => said && !row.right).length
    const lost = own.filter(({ row, said }) => !said && row.right).length
    console.log(
      `  ${kind.slice(0, 48).padEnd(48)} ${String(own.length).padStart(4)} rows  wrong accepted ${wrong}  right lost ${lost}`,
    )
  }
}

function printMiss({ row, right }: Labelled, result: Graded | undefined): void {
  if (result === undefined || (result.verdict === 'correct') === right) return
  console.log(
    `${right ? 'LOST' : 'WRONG'} ${JSON.stringify({ ...result, id: row['id'], gold: row['gold'], said: row['pred'] ?? row['output'] })}`,
  )
}

function secondOpinions(python: string, rows: readonly Labelled[]): boolean[] {
  const cases = rows.map(({ row, right }, at) => ({
    id: String(at),
    category: '',
    task: 'math' as const,
    prompt: '',
    answers: [String(row['gold'])],
    choices: [],
    output: String(row['pred'] ?? row['output']),
    equal: right,
  }))
  return runMathVerify(python, cases).map(({ positive }) => positive)
}
