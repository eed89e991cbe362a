import { sha256 } from '../../../schemas/canonical.ts'
import { readPart } from '../../../store/parts/part.ts'
import { printable } from '../../reporter/printable.ts'
import { planOf, readRun } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'
import { askMathVerify } from './math-verify.ts'

export type AuditOptions = { run?: string; count: number }

/** One verdict of the run with what the other implementation said. */
type Audited = {
  key: string
  golds: string[]
  answer: string
  extracted: string
  ours: string
  theirs: boolean
}

/** Disagreements that are printed. */
const shown = 20

/**
 * Checks a sample of a run's verdicts on mathematics with Math-Verify and prints where the two agree and differ. The
 * sample is that of the recipe's seed: the same run gives the same one. Nothing of the run is changed.
 */
export async function auditVerdicts(
  recipePath: string,
  { count, ...options }: AuditOptions,
  io: CommandIo,
): Promise<void> {
  const run = await readRun(recipePath, options, io)
  const { runFolder, recipe } = run.context
  const { shards } = planOf(run, `run \`npm run verify -- ${recipePath}\` first`)
  const drawn: { rank: string; row: Omit<Audited, 'theirs'> }[] = []
  for (let shard = 0; shard < shards; shard += 1) {
    for await (const row of verdictsOf(runFolder, shard)) {
      drawn.push({ rank: sha256(`${recipe.seed} ${row.key}`), row })
      if (drawn.length > 4 * count + 64) drawn.sort(byRank).splice(count)
    }
  }
  const rows = drawn
    .sort(byRank)
    .slice(0, count)
    .map(({ row }) => row)
  if (rows.length === 0) {
    io.reporter.note('there is no verdict on mathematics to audit')
    return
  }
  const python = io.environment['TWINSTILL_PYTHON'] ?? 'python3'
  const theirs = await askMathVerify(
    python,
    rows.map(({ golds, answer }) => ({ gold: golds[0] ?? '', output: answer })),
  )
  const audited = rows.map((row, at): Audited => Object.assign(row, { theirs: theirs[at] === true }))
  io.reporter.result('audit', audited, formatAudit(audited))
}

function byRank(a: { rank: string }, b: { rank: string }): number {
  return a.rank < b.rank ? -1 : 1
}

/** The verdicts of a shard's mathematical problems with the texts that they are about; parts have their rows in one order. */
async function* verdictsOf(runFolder: string, shard: number): AsyncGenerator<Omit<Audited, 'theirs'>> {
  const golds = new Map<string, string[]>()
  for await (const { id, task, answers } of readPart(runFolder, 'problems', shard, ['id', 'task', 'answers']))
    if (task === 'math') golds.set(id, answers)
  const traces = readPart(runFolder, 'traces', shard, ['problem_id', 'answer'])
  await using verdicts = readPart(runFolder, 'verdicts', shard, ['key', 'verdict_rule', 'extracted'])
  for await (const { problem_id, answer } of traces) {
    const { value: verdict, done } = await verdicts.next()
    if (done === true) return
    const answers = golds.get(problem_id)
    if (answers === undefined || answers.length === 0 || answer === '') continue
    yield {
      key: verdict.key,
      golds: answers,
      answer,
      extracted: verdict.extracted,
      ours: verdict.verdict_rule,
    }
  }
}

function cell(value: number): string {
  return String(value).padStart(8)
}

function quotedText(value: string): string {
  return printable(JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value))
}

function formatAudit(audited: readonly Audited[]): string {
  const count = (ours: boolean, theirs: boolean): number =>
    audited.filter((row) => (row.ours === 'correct') === ours && row.theirs === theirs).length
  const apart = audited.filter((row) => (row.ours === 'correct') !== row.theirs)
  return [
    `${audited.length} verdicts on mathematics, read again by Math-Verify:`,
    '',
    '                       Math-Verify: right   not right',
    `  verdict correct                ${cell(count(true, true))}    ${cell(count(true, false))}`,
    `  any other verdict              ${cell(count(false, true))}    ${cell(count(false, false))}`,
    ...(apart.length === 0 ? ['', 'They agree on all of them.'] : ['', 'Where they differ:']),
    ...apart.slice(0, shown).map(describe),
    ...(apart.length > shown ? [`  … and ${apart.length - shown} more`] : []),
  ].join('\n')
}

function describe({ key, golds, extracted, ours, theirs }: Audited): string {
  return `  ${key.slice(0, 12)}  reference ${quotedText(golds.join(' or '))}  read ${quotedText(extracted)}  ${ours}, Math-Verify: ${theirs ? 'right' : 'not right'}`
}
