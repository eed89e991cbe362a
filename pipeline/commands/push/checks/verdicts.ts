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
import type { CheckRun, ToPublish } from './check.ts'
import { type PlacedRow, passed, placeOf, rowsOf, untoldAnswers } from './rows.ts'

/** An answer of the dataset that is called right, where it stands. */
type Drawn = Omit<PlacedRow, 'row'> & { label: string; rank: string }

/** The answer itself, and what it is called right for. */
type Claim = { place: string; pairId: string; references: unknown; output: string; answers?: string[] }

const advice = 'verify again and write the dataset again, or say `push.accept: [verdicts]`'

export const check: CheckRun = {
  async run(dataset) {
    const drawn = await drawAnswers(dataset)
    const { claims, judged, framed } = await claimsOf(dataset, drawn)
    const wrong = await notRight(dataset, claims)
    if (wrong.length > 0)
      throw new RunError(
        `${wrong.length} of ${claims.length} answers that the dataset calls right are not found right again, such as ${wrong[0]}; ${advice}`,
      )
    if (claims.length === 0 && judged > 0)
      throw new RunError(
        `all ${judged} answers of the sample that the dataset calls right rest on the word of a judge, and no verifier could find any of them right again; look at some with \`npm run show\`, then say \`push.accept: [verdicts]\``,
      )
    if (claims.length === 0 && framed.size > 0)
      throw new RunError(
        `the answers of ${[...framed].join(', ')} stand in the frame of a chat template, so that no verifier could find any of them right again; write a configuration with plain messages beside them, such as \`pairs\`, or say \`push.accept: [verdicts]\``,
      )
    const untold = await untoldAnswers(dataset)
    if (claims.length === 0)
      return passed('the dataset calls no answer right, so none was verified again', untold)
    const onJudge =
      judged === 0
        ? []
        : [`${judged} more of the sample are right by a judge, whose word was taken as it is stored`]
    const onFrames =
      framed.size === 0
        ? []
        : [
            `the answers of ${[...framed].join(', ')} stand in the frame of a chat template and were not verified again`,
          ]
    const unknown = [...onJudge, ...onFrames, ...(untold === undefined ? [] : [untold])].join('; ')
    return passed(`${claims.length} answers are found right again`, unknown === '' ? undefined : unknown)
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
): Promise<{ claims: Claim[]; judged: number; framed: Set<string> }> {
  const claims: Claim[] = []
  const framed = new Set<string>()
  let judged = 0
  for (const { label, rank: _rank, ...place } of drawn) {
    const { path, index } = place
    for await (const row of readParquetRows(join(folder, path), { rowStart: index, rowEnd: index + 1 })) {
      const { facts, parts } = answersOf(row).find((answer) => answer.label === label)!
      if (facts['verdict_source'] === 'judge') judged += 1
      else if (parts === undefined) framed.add(place.config)
      else if (typeof parts !== 'object')
        throw new RunError(
          `${placeOf({ ...place, row })} does not show the answer that it calls right, so that it cannot be verified again; ${advice}`,
        )
      else claims.push(claimOf(row, facts, { place: placeOf({ ...place, row }), output: parts.answer }))
    }
  }
  return { claims, judged, framed }
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
  const { context, io, signals, session } = dataset
  const worker = openWorker({
    context,
    reporter: io.reporter,
    stop: signals,
    session,
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
