import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { answersOf } from '../../../../output/dataset/row-answers.ts'
import { sha256 } from '../../../../schemas/canonical.ts'
import { RunError } from '../../../../schemas/errors.ts'
import type { Problem } from '../../../../schemas/problem.ts'
import { readParquetRows } from '../../../../store/parquet/read.ts'
import type { Row } from '../../../../store/parquet/rows.ts'
import { readPart } from '../../../../store/parts/part.ts'
import { shardOf } from '../../../../store/run/shard-cuts.ts'
import { openWorker } from '../../../engine/worker.ts'
import { checkAnswers, type Check } from '../../../stages/verify/check-answers.ts'
import type { PublicationCheck, ToPublish } from './check.ts'
import { placeOf, rowsOf, type PlacedRow } from './rows.ts'

/** An answer of the dataset that is called right, where it stands. */
type Drawn = Omit<PlacedRow, 'row'> & { label: string; rank: string }

/** The answer itself, and what it is called right for. */
type Claim = { place: string; pairId: string; references: unknown; output: string; answers?: string[] }

const advice = 'verify again and write the dataset again, or say `push.accept: [verdicts]`'

export const verdictsCheck: PublicationCheck = {
  name: 'verdicts',
  describe: 'answers that are called right are found right again by their verifier, in a sample of the seed',
  async run(dataset) {
    const drawn = await drawAnswers(dataset)
    const { claims, judged } = await claimsOf(dataset, drawn)
    const wrong = await notRight(dataset, claims)
    if (wrong.length > 0)
      throw new RunError(
        `${wrong.length} of ${claims.length} answers that the dataset calls right are not found right again, such as ${wrong[0]}; ${advice}`,
      )
    const onJudge =
      judged === 0 ? '' : `; ${judged} more are right by a judge, whose word is taken as it is stored`
    return `${claims.length} answers are found right again${onJudge}`
  },
}

async function drawAnswers(dataset: ToPublish): Promise<Drawn[]> {
  const { recipe } = dataset.context
  const size = recipe.push.reverify
  const drawn: Drawn[] = []
  const cut = (): Drawn[] => {
    drawn.sort((a, b) => (a.rank < b.rank ? -1 : 1)).splice(size)
    return drawn
  }
  for await (const { row, ...place } of rowsOf(
    dataset,
    (name) => name === 'verdict' || name.endsWith('_meta'),
  )) {
    for (const { label, facts } of answersOf(row)) {
      if (facts['verdict'] !== 'correct') continue
      const rank = sha256(`${recipe.seed} ${place.path} ${place.index} ${label}`)
      drawn.push({ ...place, label, rank })
    }
    if (drawn.length > 4 * size + 64) cut()
  }
  return cut()
}

/** @throws RunError where a row does not show the answer that it calls right */
async function claimsOf(
  { folder }: ToPublish,
  drawn: readonly Drawn[],
): Promise<{ claims: Claim[]; judged: number }> {
  const claims: Claim[] = []
  let judged = 0
  for (const { label, rank: _rank, ...place } of drawn) {
    const { path, index } = place
    for await (const row of readParquetRows(join(folder, path), { rowStart: index, rowEnd: index + 1 })) {
      const { facts, parts } = answersOf(row).find((answer) => answer.label === label)!
      if (facts['verdict_source'] === 'judge') judged += 1
      else if (typeof parts !== 'object')
        throw new RunError(
          `${placeOf({ ...place, row })} does not show the answer that it calls right, so that it cannot be verified again; ${advice}`,
        )
      else claims.push(claimOf(row, facts, { place: placeOf({ ...place, row }), output: parts.answer }))
    }
  }
  return { claims, judged }
}

function claimOf(row: Row, facts: Row, { place, output }: Pick<Claim, 'place' | 'output'>): Claim {
  const majority = facts['majority_answer']
  return {
    place,
    pairId: String(row['pair_id']),
    references: row['reference_answers'],
    output,
    ...(typeof majority === 'string' && majority !== '' && { answers: [majority] }),
  }
}

/** The places of claims that do not hold. */
async function notRight(dataset: ToPublish, claims: readonly Claim[]): Promise<string[]> {
  if (claims.length === 0) return []
  const problems = await problemsOf(dataset, new Set(claims.map(({ pairId }) => pairId)))
  const wrong: string[] = []
  const checks: (Check & { place: string })[] = []
  for (const { place, pairId, references, output, answers } of claims) {
    const problem = problems.get(pairId)
    if (
      problem === undefined ||
      (references !== undefined && !isDeepStrictEqual(references, problem.answers))
    )
      wrong.push(`${place}, whose problem or reference is not that of the run`)
    else checks.push({ place, problem, output, ...(answers && { answers }) })
  }
  const { context, io, signals } = dataset
  const worker = openWorker({
    context,
    reporter: io.reporter,
    stop: signals,
    attempt: 'push',
    now: io.now,
    environment: io.environment,
    keys: io.keys,
    random: io.random,
    threadEntry: new URL('../../../stages/thread.ts', import.meta.url),
    isSmall: true,
  })
  try {
    const found = await checkAnswers(worker, checks)
    for (const [index, { verdict, reason }] of found.entries())
      if (verdict !== 'correct')
        wrong.push(`${checks[index]!.place} (${reason === '' ? verdict : `${verdict}: ${reason}`})`)
    return wrong
  } finally {
    await worker.close()
  }
}

/** The dataset does not hold the tests of programs, so that the problems are those of the run. */
async function problemsOf(
  { context }: ToPublish,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Problem>> {
  const { shards } = context.cuts!
  const problems = new Map<string, Problem>()
  for (const shard of new Set([...ids].map((id) => shardOf(id, shards))))
    for await (const problem of readPart(context.runFolder, 'problems', shard))
      if (ids.has(problem.id)) problems.set(problem.id, problem)
  return problems
}
