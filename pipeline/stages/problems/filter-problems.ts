import { ownMember } from '../../../schemas/own-member.ts'
import { declaredFinding } from '../../../filters/checked.ts'
import type { Finding, ProblemMeans } from '../../../filters/filter.ts'
import type { RejectedRow, SourceRow } from '../../../problems/source-row.ts'
import { RunError } from '../../../schemas/errors.ts'
import type { Reporter } from '../../reporter/reporter.ts'
import type { ProblemSetting } from './problem-settings.ts'

/** Rows that are held while they are looked at. */
const windowRows = 1024
/** Positions that are named to the person. */
const shown = 5

type Item = SourceRow | RejectedRow
type Found = { count: number; details: Record<string, number>; positions: string[] }
type Active = ProblemSetting & { check: ReturnType<ProblemSetting['filter']['create']>; found: Found }

/**
 * Hands the rows of a problem set on after every problem filter has looked at them. What becomes of a problem that a
 * filter found something against is said by the filter's policy: it is turned into a rejected row and seen by no later
 * filter, loses its reference answers, stays with a warning, or ends the run when all rows have been read.
 *
 * @throws RunError at the end of the rows, where a policy is `fail` and its filter found anything
 */
export async function* filterProblems(
  rows: AsyncIterable<Item>,
  settings: readonly ProblemSetting[],
  means: ProblemMeans,
  reporter: Reporter,
): AsyncGenerator<Item> {
  const active = settings.map(({ filter, options }): Active => ({
    filter,
    options,
    check: filter.create(options, means),
    found: { count: 0, details: {}, positions: [] },
  }))
  for await (let window of windows(rows)) {
    for (const each of active) window = await applyTo(window, each)
    yield* window
  }
  for (const { filter, options, found } of active) {
    if (found.count === 0 || options.policy === 'drop' || options.policy === 'clear') continue
    const { summary, consequence, setBy } = filter
    const text = `${found.count} problems ${summary}${placesOf(found)} (${setBy ?? `filter.${filter.name}`}); correct them, or set it to drop`
    if (options.policy === 'fail') throw new RunError(text)
    reporter.warn(consequence === undefined ? text : `${text}; until then ${consequence}`)
  }
}

async function* windows(rows: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let window: Item[] = []
  for await (const row of rows) {
    if (window.push(row) < windowRows) continue
    yield window
    window = []
  }
  if (window.length > 0) yield window
}

async function applyTo(window: readonly Item[], active: Active): Promise<Item[]> {
  const rows = window.filter((item): item is SourceRow => !('reason' in item))
  const findings = await active.check(rows)
  const byRow = new Map(rows.map((row, index) => [row as Item, findings[index]]))
  return window.map((item) => {
    const finding = byRow.get(item)
    return finding === undefined ? item : decided(item as SourceRow, finding, active)
  })
}

function decided(row: SourceRow, finding: Finding, { filter, options, found }: Active): Item {
  const { reason, detail, message, facts } = declaredFinding(filter, finding)
  found.count += 1
  if (detail !== undefined) found.details[detail] = (ownMember(found.details, detail) ?? 0) + 1
  if (found.positions.length < shown) found.positions.push(row.position)
  const { position, problem } = row
  if (options.policy === 'drop')
    return { position, reason, message, problem: problem.id, ...(facts && { facts }) }
  return options.policy === 'clear' ? { ...row, problem: { ...problem, answers: [] } } : row
}

function placesOf({ count, details, positions }: Found): string {
  const counts = Object.entries(details)
    .toSorted(([, a], [, b]) => b - a)
    .map(([detail, times]) => `${times} ${detail}`)
  const summed = counts.length > 0 ? ` (${counts.join(', ')})` : ''
  return `${summed}, the first at ${positions.join(', ')}${count > positions.length ? ', …' : ''}`
}
