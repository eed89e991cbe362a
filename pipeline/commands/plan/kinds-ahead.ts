import { dividesByKind } from '../../recipe/check-kinds.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Asked } from './asked.ts'
import type { DrawnRun } from './draw-run.ts'
import type { SeenProblem } from './observed.ts'
import { rangeOfDraws, sumOfAll, type Range } from './statistics.ts'

/**
 * How many problems each stratum has when it is known what all of them are about: those of which only a judge can tell are
 * divided as the problems of the pilot are that were like them.
 *
 * @param told problems of each stratum before anything was asked
 */
export function strataAfter(
  told: ReadonlyMap<string, number>,
  seen: readonly Pick<SeenProblem, 'told' | 'stratum'>[],
  { select }: Pick<Recipe, 'select'>,
): Map<string, number> {
  if (!dividesByKind(select)) return new Map(told)
  const sums = new Map<string, number>()
  for (const [name, problems] of told) {
    const alike = seen.filter((each) => each.told === name)
    for (const stratum of alike.length > 0 ? alike.map((each) => each.stratum) : [name])
      sums.set(stratum, (sums.get(stratum) ?? 0) + problems / Math.max(1, alike.length))
  }
  return new Map(
    [...sums]
      .filter(([name]) => !select?.quotas || Object.hasOwn(select.quotas, name))
      .map(([name, problems]) => [name, Math.round(problems)]),
  )
}

/** What the judge's word on one problem costs on average, in billionths of a dollar. */
export function costOfKind(seen: readonly SeenProblem[]): number {
  const sum = seen.reduce((total, { classified }) => total + (classified.nano_usd ?? 0), 0)
  return sum / Math.max(1, seen.length)
}

/** What runs take that ask of all problems what they are about, and of the chosen ones everything else. */
export function withOthers(
  runs: readonly DrawnRun[],
  seen: readonly SeenProblem[],
  population: number,
): Record<'requests' | 'tokens' | 'usd' | 'disk_bytes', Range> {
  const sum = (ofRun: (run: DrawnRun) => number, of: (asked: Asked) => number): Range => {
    const values = seen.map(({ classified }) => of(classified))
    const known = values.reduce((total, value) => total + value, 0)
    const others = Math.max(0, population - rangeOfDraws(runs.map(({ problems }) => problems)).expected)
    const more = sumOfAll(values, Math.round(others))
    const chosen = rangeOfDraws(runs.map(ofRun))
    return {
      low: chosen.low + more.low - known,
      expected: chosen.expected + more.expected - known,
      high: chosen.high + more.high - known,
    }
  }
  return {
    requests: sum(
      (run) => run.requests,
      ({ requests }) => requests,
    ),
    tokens: sum(
      (run) => run.tokens,
      ({ tokens }) => tokens,
    ),
    usd: sum(
      (run) => run.nano_usd / 1e9,
      ({ nano_usd }) => (nano_usd ?? 0) / 1e9,
    ),
    disk_bytes: sum(
      (run) => run.bytes,
      ({ journal_bytes }) => journal_bytes,
    ),
  }
}
