import { join } from 'node:path'
import { filesOfProblems, readManifest } from '../../../../output/dataset/manifest.ts'
import { drawSample } from '../../../../review/draw/draw-sample.ts'
import type { PairSource } from '../../../../review/pairs/source.ts'
import { countRandom } from '../../../../review/verdicts/count-random.ts'
import { gateState } from '../../../../review/verdicts/gate.ts'
import { readReviews } from '../../../../review/verdicts/review-lines.ts'
import { verdictsOf, type Reviews } from '../../../../review/verdicts/states.ts'
import { readParquetRows } from '../../../../store/parquet/read.ts'
import { RunError } from '../../../../schemas/errors.ts'
import { openRunPairs } from '../../review/run-pairs.ts'
import type { CheckRun } from './check.ts'
import type { PushSection } from '../../../recipe/push-section.ts'

type Wish = NonNullable<PushSection['review']>

export const check: CheckRun = {
  async run({ context, plan }) {
    const { recipe, runFolder } = context
    const { review } = recipe.push
    if (review === undefined) return 'the recipe demands none'
    await checkReviews({ runFolder, seed: recipe.seed }, review, await openRunPairs(context, plan))
    return 'as many pairs are reviewed and accepted as the recipe demands'
  },
}

/**
 * Makes sure that people have looked at this dataset as the recipe demands: at so many pairs, or at a random sample that
 * bounds the rate of defects. The latest verdict of every reviewer counts; a verdict on other texts than a pair has now is
 * void, and a pair is accepted when no reviewer rejects it.
 *
 * @throws RunError with the figures when the demands are not met or a line cannot be read
 */
async function checkReviews(
  { runFolder, seed }: { runFolder: string; seed: number },
  wish: Wish,
  pairs: PairSource,
): Promise<void> {
  const reviews = await readReviews(join(runFolder, 'reviews'))
  if (wish.sample !== undefined) await checkSample({ ...wish, sample: wish.sample, seed }, reviews, pairs)
  if (wish.min_reviewed !== undefined)
    await checkNumber(runFolder, { ...wish, min_reviewed: wish.min_reviewed }, reviews, pairs)
}

async function checkSample(
  { seed, ...wish }: Wish & { sample: number; seed: number },
  reviews: Reviews,
  pairs: PairSource,
): Promise<void> {
  const sample = await drawSample(pairs.places(), { seed, size: wish.sample, risks: [], perRisk: 0 })
  const { state, sentence } = gateState(
    wish,
    await countRandom(sample, reviews, async (id) => (await pairs.read(id))?.content_hash),
  )
  if (state !== 'open')
    throw new RunError(
      `\`push.review\` keeps the dataset back: ${sentence}; \`npm run review\` shows the sample`,
    )
}

async function checkNumber(
  runFolder: string,
  { min_reviewed, min_accepted_share }: Wish & { min_reviewed: number },
  reviews: Reviews,
  pairs: PairSource,
): Promise<void> {
  const given = new Set(reviews.pairs())
  let reviewed = 0
  let accepted = 0
  for await (const id of pairIds(join(runFolder, 'dataset'))) {
    // A configuration that is not matched may show a problem in many rows.
    if (!given.delete(id)) continue
    const states = reviews.of(id)
    const hashed = [...states.values()].some(({ content_hash }) => content_hash !== undefined)
    const verdicts = verdictsOf(states, hashed ? ((await pairs.read(id))?.content_hash ?? '') : undefined)
    if (verdicts.size === 0) continue
    reviewed += 1
    if (![...verdicts.values()].includes('reject')) accepted += 1
  }
  if (reviewed < min_reviewed)
    throw new RunError(
      `${reviewed} pairs of the dataset are reviewed in ${join(runFolder, 'reviews')}, \`push.review.min_reviewed\` wants ${min_reviewed}; review ${min_reviewed - reviewed} more, then push`,
    )
  if (accepted / reviewed < min_accepted_share)
    throw new RunError(
      `${accepted} of ${reviewed} reviewed pairs are accepted (${(accepted / reviewed).toFixed(3)}), \`push.review.min_accepted_share\` wants ${min_accepted_share}; improve the dataset and review it again`,
    )
}

async function* pairIds(dataset: string): AsyncGenerator<string> {
  for (const { path } of filesOfProblems(await readManifest(dataset)))
    for await (const { pair_id } of readParquetRows(join(dataset, path), {
      columns: (stored) => stored.map(({ name }) => name).filter((name) => name === 'pair_id'),
    }))
      if (typeof pair_id === 'string') yield pair_id
}
