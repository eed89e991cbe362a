import { resolve } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { PairSource } from '../../../review/pairs/source.ts'
import { addReviewLine, readReviews } from '../../../review/verdicts/review-lines.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { RejectReason, ReviewLine } from '../../../schemas/review.ts'
import { readBytes } from '../../../store/files/entries.ts'
import type { CommandIo } from '../io.ts'

const words: Readonly<Record<string, 'accept' | 'reject'>> = {
  accept: 'accept',
  approve: 'accept',
  ok: 'accept',
  reject: 'reject',
}

/**
 * Takes verdicts from a spreadsheet that was saved as CSV: columns `pair_id`, `reviewer`, and `verdict` (accept or reject), `reason`,
 * `note`, and `at` and `content_hash` where they are known. Nothing is written unless every row can be read; lines that a review
 * holds already are not added again.
 *
 * @returns how many lines were added
 * @throws UsageError with the row that is wrong, what was wanted and what came
 */
export async function importVerdicts(path: string, source: PairSource, io: CommandIo): Promise<number> {
  const rows = await readRows(path, io.cwd)
  const now = new Date(io.now()).toISOString()
  const lines = new Map<string, ReviewLine>()
  for (const [at, row] of rows.entries()) {
    // Spreadsheets save rows that were written to once as rows of empty cells, and count them.
    if (Object.values(row).every((cell) => cell === '')) continue
    const line = lineOf(row, now, `${path}, row ${at + 2}`)
    if (!(await source.read(line.pair_id)))
      throw new UsageError(
        `${path}, row ${at + 2}: ${source.name} has no pair ${JSON.stringify(line.pair_id)}; see that the file is of the same`,
      )
    const key = JSON.stringify([line.pair_id, line.reviewer])
    const other = lines.get(key)
    if (other && !holds(other, line))
      throw new UsageError(
        `${path}, row ${at + 2}: ${line.reviewer} says something else of the pair ${line.pair_id} in a row before; keep one of the two`,
      )
    if (!other) lines.set(key, line)
  }
  const reviews = await readReviews(source.reviews)
  let added = 0
  for (const line of lines.values()) {
    const known = reviews.of(line.pair_id).get(line.reviewer)
    if (known && holds(known, line)) continue
    await addReviewLine(source.reviews, line)
    reviews.add(line)
    added += 1
  }
  return added
}

type Said = Pick<ReviewLine, 'verdict' | 'reason' | 'note' | 'content_hash'>

/** Whether everything that a line says is known already. What it leaves open may be anything. */
function holds(known: Said, line: Said): boolean {
  return (['verdict', 'reason', 'note', 'content_hash'] as const).every(
    (member) => line[member] === undefined || line[member] === known[member],
  )
}

type Row = Readonly<Record<string, string>>

async function readRows(path: string, cwd: string): Promise<Row[]> {
  const bytes = await readBytes(resolve(cwd, path))
  if (bytes === undefined) throw new UsageError(`--import: there is no file ${path}`)
  const text = textOf(bytes, path)
  const first = text.split('\n', 1)[0]!
  const delimiter = [',', ';', '\t'].toSorted((a, b) => first.split(b).length - first.split(a).length)[0]!
  try {
    return parse<Row>(text, {
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      bom: true,
      delimiter,
      skip_empty_lines: true,
      trim: true,
    })
  } catch (error) {
    throw new UsageError(`--import: ${path} is no CSV: ${(error as Error).message}`, { cause: error })
  }
}

/** Spreadsheets save as UTF-8, or as UTF-16 with a mark in front. Of anything else the letters would be guessed. */
function textOf(bytes: Uint8Array, path: string): string {
  const mark = `${bytes[0]} ${bytes[1]}`
  const encoding = mark === '255 254' ? 'utf-16le' : mark === '254 255' ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    throw new UsageError(`--import: ${path} is neither UTF-8 nor UTF-16; save it as "CSV UTF-8"`, {
      cause: error,
    })
  }
}

function lineOf(row: Row, now: string, place: string): ReviewLine {
  const { pair_id, reviewer, verdict = '', reason, note, at, content_hash } = row
  const word = words[verdict.toLowerCase()]
  if (verdict !== '' && word === undefined)
    throw new UsageError(`${place}: the verdict is accept or reject, got ${JSON.stringify(verdict)}`)
  if (reason !== undefined && reason !== '' && !RejectReason.safeParse(reason).success)
    throw new UsageError(
      `${place}: the reason is one of ${RejectReason.options.join(', ')}, got ${JSON.stringify(reason)}`,
    )
  const parsed = ReviewLine.safeParse({
    pair_id,
    reviewer,
    at: at === undefined || at === '' ? now : at,
    ...(word && { verdict: word }),
    ...(reason !== undefined && reason !== '' && { reason }),
    ...(note !== undefined && note !== '' && { note }),
    ...(content_hash !== undefined && content_hash !== '' && { content_hash }),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(
    issue!.path[0] === 'at'
      ? `${place}: the time is one such as 2026-11-28T09:30:00Z, or left empty, got ${JSON.stringify(at)}`
      : `${place}: wanted columns pair_id, reviewer, verdict and perhaps reason, note, at; ${issue!.path.join('.') || 'the row'}: ${issue!.message}`,
  )
}
