import { join } from 'node:path'
import { readManifest } from '../../../output/dataset/manifest.ts'
import { readReviews } from '../../../review/verdicts/review-lines.ts'
import { verdictsOf } from '../../../review/verdicts/states.ts'
import { UsageError } from '../../../schemas/errors.ts'
import type { Withdrawals } from '../../../schemas/review.ts'
import { readParquetRows } from '../../../store/parquet/read.ts'
import { storeWithdrawals } from '../../recipe/rejected-pairs.ts'
import { planOf, readRun } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'
import { datasetFolder } from '../../stages/write/write.ts'
import { openRunPairs } from './run-pairs.ts'

/**
 * Settles which pairs leave the dataset: all that a reviewer rejects now (`reviews`), or none (`none`), and tells what goes.
 * The stages `pair` and `write` do the rest; nothing is asked.
 *
 * @throws UsageError for another word, and when there is no run
 */
export async function withdraw(
  recipePath: string,
  options: { run?: string },
  what: string,
  io: CommandIo,
): Promise<void> {
  if (what !== 'reviews' && what !== 'none')
    throw new UsageError(
      `--withdraw takes \`reviews\` (the pairs that reviewers reject) or \`none\` (every pair comes back), got ${JSON.stringify(what)}`,
    )
  const read = await readRun(recipePath, options, io)
  const { context } = read
  const before = new Set(context.rejected)
  const rejected = what === 'none' ? [] : await rejectedPairs(read, recipePath)
  const now = new Set(rejected.map(({ pair_id }) => pair_id))
  const gone = [...now].filter((id) => !before.has(id))
  const back = [...before].filter((id) => !now.has(id))
  const { rows, shards } = await rowsOf(datasetFolder(context), new Set(gone))
  await storeWithdrawals(context, rejected)
  io.reporter.note(
    [
      `withdrawn: ${now.size} pairs in all`,
      ...(gone.length > 0 ? [`${gone.length} pairs leave now: ${rows} rows in ${shards} shards`] : []),
      ...(back.length > 0 ? [`${back.length} pairs come back`] : []),
    ].join('; '),
  )
}

async function rejectedPairs(
  read: Awaited<ReturnType<typeof readRun>>,
  recipePath: string,
): Promise<Withdrawals['pairs']> {
  const plan = planOf(read, `run \`npm run distill -- ${recipePath}\` first`)
  const pairs = await openRunPairs(read.context, plan)
  const reviews = await readReviews(pairs.reviews)
  const rejected: Withdrawals['pairs'] = []
  for (const id of reviews.pairs()) {
    const states = reviews.of(id)
    if (![...states.values()].some(({ verdict }) => verdict === 'reject')) continue
    const pair = await pairs.read(id)
    if (!pair) continue
    const verdicts = verdictsOf(states, pair.content_hash)
    const reviewers = [...verdicts].flatMap(([reviewer, verdict]) => (verdict === 'reject' ? [reviewer] : []))
    if (reviewers.length === 0) continue
    const reason = states.get(reviewers[0]!)?.reason ?? ''
    rejected.push({ pair_id: id, reason, reviewers: reviewers.sort() })
  }
  return rejected.sort((a, b) => (a.pair_id < b.pair_id ? -1 : 1))
}

/** What of a written dataset is about some pairs; nothing where there is none. */
async function rowsOf(folder: string, ids: ReadonlySet<string>): Promise<{ rows: number; shards: number }> {
  const found = { rows: 0, shards: 0 }
  if (ids.size === 0) return found
  const { files } = await readManifest(folder)
  for (const { path } of files) {
    let own = 0
    for await (const { pair_id } of readParquetRows(join(folder, path), {
      columns: (stored) => stored.map(({ name }) => name).filter((name) => name === 'pair_id'),
    }))
      if (typeof pair_id === 'string' && ids.has(pair_id)) own += 1
    found.rows += own
    if (own > 0) found.shards += 1
  }
  return found
}
