import { randomFrom } from '../../../problems/builtin/random.ts'
import { dividesByKind } from '../../recipe/check-kinds.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { samplesOfProblem } from '../../stages/select/strata-states.ts'
import { wayFrom } from '../../stages/select/turns.ts'
import { placeOf, places } from '../../../store/run/waves.ts'
import { ratesOf } from '../../../teachers/cost/price.ts'
import { answerLimits } from '../../recipe/answer-limits.ts'
import { drawRun, type DrawnRun } from './draw-run.ts'
import type { Stratum } from './urn.ts'
import type { SeenProblem } from './observed.ts'
import { costOfKind, strataAfter, withOthers } from './kinds-ahead.ts'
import { membersOf } from './members.ts'
import { timesOf, type Times } from './pilot-time.ts'
import type { AskedPilot } from './run-pilot.ts'
import { countOfAll, rangeOfDraws, sumOfAll, type Range } from './statistics.ts'

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
  /** Waves that a run with `select` asks in; 1 without. */
  waves: Range
  /** Of the whole run, what the pilot took included; `null` where no answer of the pilot says how long it took. */
  seconds: Range | null
  disk_bytes: Range
  /** What the time rests on. */
  times: Times | null
  /** What the pilot's own answers took, which the run need not buy again. */
  spent: { tokens: number; usd: number | null }
}

/** Runs that are drawn. Their 5th and 95th of a hundred are the ends of an interval. */
const drawn = 400

/**
 * Forecasts a run from the problems of its pilot, each of which had the same chance to be in it. What is asked of every
 * problem is a sum and has the interval of one; how many problems `select` takes, and how long it all takes, is drawn from
 * runs like it.
 *
 * @param part_bytes of the parts of the pilot's problems
 */
export function forecastRun(
  context: RunContext,
  seen: readonly SeenProblem[],
  pilot: Omit<AskedPilot, 'context' | 'shards'> & { part_bytes: number; shardsOfRun: number },
): Forecast {
  const { select } = context.recipe
  const { population } = pilot
  const known = seen.length
  const hits = seen.filter(({ lost }) => lost === '').length
  const isPriced = seen.every(({ nano_usd }) => nano_usd !== null)
  // Where all problems are put to the judge, those that are not chosen are paid for by the pairs too.
  const unchosen = dividesByKind(select) ? costOfKind(seen) : 0
  const usdPerPair = ({ nano_usd, problems, pairs }: DrawnRun): number =>
    (nano_usd + unchosen * Math.max(0, population - problems)) / 1e9 / Math.max(1, pairs)
  const times = timesOf(context, seen, pilot)
  const runs = drawRuns(context, seen, { ...pilot, times })
  const drawnRange = (of: (run: DrawnRun) => number): Range => rangeOfDraws(runs.map(of))
  const bytesOf = ({ journal_bytes }: SeenProblem): number => journal_bytes + pilot.part_bytes / known
  const longest = longestAnswer(context)
  const sumOf = (of: (problem: SeenProblem) => number, most = 0): Range =>
    sumOfAll(seen.map(of), population - known, most)
  const fixed = {
    problems: exactly(population),
    requests: sumOf(({ requests }) => requests),
    tokens: sumOf(({ tokens }) => tokens, longest.tokens),
    usd: sumOf(usdOf, longest.usd),
    pairs: countOfAll(hits, known, population - known),
    disk_bytes: sumOf(bytesOf),
  }
  const figures = select
    ? {
        problems: drawnRange(({ problems }) => problems),
        requests: drawnRange(({ requests }) => requests),
        tokens: drawnRange(({ tokens }) => tokens),
        usd: drawnRange(({ nano_usd }) => nano_usd / 1e9),
        pairs: drawnRange(({ pairs }) => pairs),
        disk_bytes: drawnRange(({ bytes }) => bytes),
        ...(dividesByKind(select) && withOthers(runs, seen, population)),
      }
    : fixed
  return {
    pilot: known,
    population,
    ...figures,
    usd: isPriced ? figures.usd : null,
    usd_per_pair: isPriced && hits > 0 ? drawnRange(usdPerPair) : null,
    waves: drawnRange(({ waves }) => waves),
    seconds: times && drawnRange(({ seconds }) => times.once + seconds),
    times,
    spent: {
      tokens: seen.reduce((sum, { tokens }) => sum + tokens, 0),
      usd: isPriced ? seen.reduce((sum, problem) => sum + usdOf(problem), 0) : null,
    },
  }
}

/** The same runs at every call: a forecast is a function of what the pilot brought. */
function drawRuns(
  context: RunContext,
  seen: readonly SeenProblem[],
  {
    strata: all,
    part_bytes,
    times,
  }: { strata: ReadonlyMap<string, number>; part_bytes: number; times: Times | null },
): DrawnRun[] {
  const way = wayFrom(context.recipe.seed)
  const inTurn = seen.toSorted((a, b) => way(placeOf(a.id)) - way(placeOf(b.id)))
  const members = membersOf(context, inTurn, part_bytes / seen.length)
  for (const [index, member] of members.entries()) member.place = way(placeOf(inTurn[index]!.id)) / places
  const strata: Stratum[] = [...strataAfter(all, seen, context.recipe)].map(([name, problems]) => ({
    name,
    problems,
    known: members.filter((_, index) => inTurn[index]!.stratum === name),
  }))
  const { recipe, arms } = context
  const random = randomFrom('plan', recipe.seed)
  const run = {
    strata,
    select: recipe.select,
    samples: samplesOfProblem(arms),
    mostTokens: longestAnswer(context).tokens,
    pace: times?.pace,
  }
  return Array.from({ length: drawn }, () => drawRun(random, run))
}

/** The most that one answer takes, of all arms; 0 where the server decides, or without a price. */
function longestAnswer({ recipe, arms }: RunContext): { tokens: number; usd: number } {
  let [tokens, usd] = [0, 0]
  for (const arm of arms) {
    if (arm.import) continue
    const limit = answerLimits(arm).sample ?? 0
    tokens = Math.max(tokens, limit)
    usd = Math.max(
      usd,
      (limit * (ratesOf(recipe.endpoints[arm.endpoint]?.price, arm.model)?.output ?? 0)) / 1e6,
    )
  }
  return { tokens, usd }
}

function usdOf({ nano_usd }: SeenProblem): number {
  return (nano_usd ?? 0) / 1e9
}

function exactly(value: number): Range {
  return { low: value, expected: value, high: value }
}
