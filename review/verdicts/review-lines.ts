import { join } from 'node:path'
import { z } from 'zod'
import { sha256 } from '../../schemas/canonical.ts'
import { RunError } from '../../schemas/errors.ts'
import { ReviewLine } from '../../schemas/review.ts'
import { appendLine } from '../../store/files/append.ts'
import { namesIn } from '../../store/files/entries.ts'
import { readLines } from '../../store/files/lines.ts'
import { openReviews, type Reviews } from './states.ts'

/**
 * Every line of every `*.jsonl` of a folder of reviews, file by file.
 *
 * @throws RunError naming file and line where one cannot be read: a verdict must not be passed over silently
 */
async function* readReviewLines(folder: string): AsyncGenerator<ReviewLine> {
  for (const name of (await namesIn(folder)).filter((one) => one.endsWith('.jsonl'))) {
    let number = 0
    for await (const line of readLines(join(folder, name))) {
      number += 1
      if (line.trim() !== '') yield parseLine(line, `${join(folder, name)}:${number}`)
    }
  }
}

/** All reviews of a folder. */
export async function readReviews(folder: string): Promise<Reviews> {
  return openReviews(await Array.fromAsync(readReviewLines(folder)))
}

function parseLine(line: string, place: string): ReviewLine {
  let cause: unknown
  try {
    const parsed = ReviewLine.safeParse(JSON.parse(line))
    if (parsed.success) return parsed.data
    cause = z.prettifyError(parsed.error)
  } catch (error) {
    cause = error
  }
  throw new RunError(
    `${place} is no review: wanted {"pair_id", "verdict": "accept" or "reject", "reviewer", "at"}, as docs/review.schema.json says; correct or remove the line`,
    { cause },
  )
}

/** Adds a line to the file of its reviewer; on disk when this returns. */
export async function addReviewLine(folder: string, line: ReviewLine): Promise<void> {
  await appendLine(join(folder, fileOf(line.reviewer)), JSON.stringify(ReviewLine.parse(line)))
}

/** A reviewer may be called anything; the file is named after what of it is safe, and after its hash where that is not all. */
export function fileOf(reviewer: string): string {
  const safe = reviewer
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '')
    .slice(0, 40)
  return safe === reviewer ? `${safe}.jsonl` : `${safe || 'reviewer'}-${sha256(reviewer).slice(0, 8)}.jsonl`
}
