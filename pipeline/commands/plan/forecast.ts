import { firstSamples } from '../../../schemas/arm.ts'
import { findDialect } from '../../../teachers/dialects/registry.ts'
import { inFlightOf } from '../../../teachers/endpoint/in-flight.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { costOfPairs, countOfAll, speedSpread, sumOfAll, type Range } from './statistics.ts'
import type { SeenProblem } from './observed.ts'

/** What a whole run will take and bring, as far as its pilot can tell. */
export type Forecast = {
  /** Problems of the pilot, and of the set that it stands for. */
  pilot: number
  population: number
  /** Problems that will be asked: fewer than the set where the recipe selects a number of pairs. */
  problems: Range
  requests: Range
  tokens: Range
  /** `null` where something that is asked has no price. */
  usd: Range | null
  usd_per_pair: Range | null
  pairs: Range
  seconds: Range
  disk_bytes: Range
  /** What the pilot's own answers took, which the run need not buy again. */
  spent: { tokens: number; usd: number | null }
}

/** Milliseconds of processor time that sealing, verifying, filtering, pairing and writing an answer of 12 kB take (`npm run bench:distill`). */
const processorMs = 5
/** Seconds from the command to its first request, and for the dataset at its end, which a pilot has not. */
const fixedSeconds = 3

/**
 * Forecasts a run from the problems of its pilot, each of which had the same chance to be in it.
 *
 * @param part_bytes of the parts of the pilot's problems
 * @param seconds that the pilot took; 0 where nothing had to be asked any more
 */
export function forecastRun(
  context: RunContext,
  seen: readonly SeenProblem[],
  { population, part_bytes, seconds }: { population: number; part_bytes: number; seconds: number },
): Forecast {
  const { select } = context.recipe
  const known = seen.length
  const hits = seen.filter(({ lost }) => lost === '').length
  const all = countOfAll(hits, known, population - known)
  const asked = select
    ? problemsFor(Math.max(select.pairs, hits), hits, known, population)
    : exactly(population)
  const isPriced = seen.every(({ nano_usd }) => nano_usd !== null)
  const over = (of: (problem: SeenProblem) => number, spread = 0): Range => {
    const values = seen.map(of)
    if (!select) return sumOfAll(values, population - known, spread)
    const [low, middle, high] = [asked.low, asked.expected, asked.high].map((problems) =>
      sumOfAll(values, Math.round(problems) - known, spread),
    )
    return { low: low!.low, expected: middle!.expected, high: high!.high }
  }
  const usd = isPriced ? over(usdOf) : null
  return {
    pilot: known,
    population,
    problems: asked,
    requests: over(({ requests }) => requests),
    tokens: over(({ tokens }) => tokens),
    usd,
    usd_per_pair: usd && costOfPairs(seen.map(usdOf), hits, 1),
    pairs: select
      ? {
          low: Math.min(select.pairs, all.low),
          expected: Math.min(select.pairs, all.expected),
          high: Math.min(select.pairs, all.high),
        }
      : all,
    seconds: secondsOf(context, seen, over, seconds),
    disk_bytes: over(({ journal_bytes }) => journal_bytes + part_bytes / known),
    spent: {
      tokens: seen.reduce((sum, { tokens }) => sum + tokens, 0),
      usd: isPriced ? seen.reduce((sum, problem) => sum + usdOf(problem), 0) : null,
    },
  }
}

function usdOf({ nano_usd }: SeenProblem): number {
  return (nano_usd ?? 0) / 1e9
}

function exactly(value: number): Range {
  return { low: value, expected: value, high: value }
}

/** How many problems it takes to have so many pairs; all of them where no number of them is known to be enough. */
function problemsFor(pairs: number, hits: number, known: number, population: number): Range {
  const wait = costOfPairs(
    Array.from({ length: known }, () => 1),
    hits,
    pairs,
  ) ?? {
    ...exactly(population),
    low: Math.min(population, pairs),
  }
  const within = (problems: number): number => Math.min(population, Math.max(known, problems))
  return { low: within(wait.low), expected: within(wait.expected), high: within(wait.high) }
}

/**
 * The time of the slowest endpoint, were all its places taken until half of its longest answer before the end, and of
 * the processors.
 */
function secondsOf(
  { recipe, arms }: RunContext,
  seen: readonly SeenProblem[],
  over: (of: (problem: SeenProblem) => number, spread?: number) => Range,
  pilotSeconds: number,
): Range {
  const names = new Set(seen.flatMap(({ ms }) => [...ms.keys()]))
  const spans = [...names].map((name) => {
    const at = (problem: SeenProblem): number => (problem.ms.get(name) ?? 0) / 1000
    const endpoint = recipe.endpoints[name]!
    const servers = Array.isArray(endpoint.base_url) ? endpoint.base_url.length : 1
    const places = servers * inFlightOf(endpoint, findDialect(endpoint.dialect)).unseen
    const tail = Math.max(...seen.map(at)) / 2
    const ofPilot = seen.reduce((sum, problem) => sum + at(problem), 0) / places + tail
    return { asking: plus(divided(over(at, speedSpread), places), tail), ofPilot }
  })
  const samples = arms.reduce((sum, arm) => sum + (arm.import ? 0 : firstSamples(arm)), 0)
  const own = divided(
    over(() => (samples * processorMs) / 1000),
    1,
  )
  const slowest = spans.toSorted((a, b) => b.asking.expected - a.asking.expected)[0]
  const asking = slowest?.asking ?? exactly(0)
  // Probing and everything after the last answer, as slow as this machine was just now.
  const around = fixedSeconds + Math.max(0, pilotSeconds - (slowest?.ofPilot ?? 0))
  return plus(asking.expected >= own.expected ? asking : own, around)
}

function divided({ low, expected, high }: Range, by: number): Range {
  return { low: low / by, expected: expected / by, high: high / by }
}

function plus({ low, expected, high }: Range, more: number): Range {
  return { low: low + more, expected: expected + more, high: high + more }
}
