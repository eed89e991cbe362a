import { join } from 'node:path'
import { z } from 'zod'
import { filesOfProblems, readManifest } from '../../../output/dataset/manifest.ts'
import { namesIn } from '../../../store/files/entries.ts'
import { readLines } from '../../../store/files/lines.ts'
import { readParquetRows } from '../../../store/parquet/read.ts'
import { RunError } from '../../../schemas/errors.ts'
import type { PushSection } from '../../recipe/recipe.ts'

/** A line of `reviews/*.jsonl`: what one person thinks of one pair. Further members are the reviewing tool's. */
const Review = z.object({
  pair_id: z.string(),
  verdict: z.enum(['accept', 'reject']),
  reviewer: z.string(),
  at: z.iso.datetime({ offset: true }),
})
type Review = z.infer<typeof Review>

/**
 * Makes sure that people have looked at as many pairs of this dataset as the recipe demands, and accepted enough of
 * them. The latest verdict of every reviewer counts; a pair is accepted when no reviewer rejects it.
 *
 * @throws RunError with the figures when the demands are not met or a line cannot be read
 */
export async function checkReviews(
  runFolder: string,
  { min_reviewed, min_accepted_share }: NonNullable<PushSection['review']>,
): Promise<void> {
  const verdicts = await latestVerdicts(join(runFolder, 'reviews'))
  let reviewed = 0
  let accepted = 0
  for await (const id of pairIds(join(runFolder, 'dataset'))) {
    const given = verdicts.get(id)
    // A configuration that is not matched may show a problem in many rows.
    if (!given || !verdicts.delete(id)) continue
    reviewed += 1
    if ([...given.values()].every(({ verdict }) => verdict === 'accept')) accepted += 1
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

async function latestVerdicts(folder: string): Promise<Map<string, Map<string, Review>>> {
  const verdicts = new Map<string, Map<string, Review>>()
  for (const name of (await namesIn(folder)).filter((one) => one.endsWith('.jsonl'))) {
    let number = 0
    for await (const line of readLines(join(folder, name))) {
      number += 1
      if (line.trim() === '') continue
      const review = parseLine(line)
      if (!review)
        throw new RunError(
          `${join(folder, name)}:${number} is no review: wanted {"pair_id", "verdict": "accept" or "reject", "reviewer", "at"}; correct or remove the line`,
        )
      const ofPair = verdicts.get(review.pair_id) ?? new Map<string, Review>()
      const earlier = ofPair.get(review.reviewer)
      if (!earlier || Date.parse(review.at) >= Date.parse(earlier.at)) ofPair.set(review.reviewer, review)
      verdicts.set(review.pair_id, ofPair)
    }
  }
  return verdicts
}

function parseLine(line: string): Review | undefined {
  try {
    return Review.parse(JSON.parse(line))
  } catch {
    // Reported by the caller with file and line.
    return undefined
  }
}

async function* pairIds(dataset: string): AsyncGenerator<string> {
  for (const { path } of filesOfProblems(await readManifest(dataset)))
    for await (const { pair_id } of readParquetRows(join(dataset, path), {
      columns: (stored) => stored.map(({ name }) => name).filter((name) => name === 'pair_id'),
    }))
      if (typeof pair_id === 'string') yield pair_id
}
