import { findDialect } from '../../../teachers/dialects/registry.ts'
import { inFlightOf } from '../../../teachers/endpoint/in-flight.ts'
import { serversOf } from '../../../teachers/endpoint-options.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { Ask } from './asked.ts'
import type { SeenProblem } from './observed.ts'
import type { AskedPilot } from './run-pilot.ts'
import { placesSeen } from './schedule.ts'
import { waveSeconds, type Member, type Pace } from './wave-time.ts'

/** What a forecast of time rests on. */
export type Times = {
  pace: Pace
  /** Seconds that a run takes once: from the command to the first request, until all places are in use, for the dataset. */
  once: number
  /** How many requests are at each endpoint at the same time, and whether the pilot has seen that or the recipe says it. */
  places: { endpoint: string; places: number; isSeen: boolean }[]
  /** Whether the pilot asked anything in this start; else nothing is known of what comes before and after the answers. */
  isTimed: boolean
}

/**
 * Seconds of processor time for a byte of an answer: 5 ms for sealing, verifying, filtering, pairing and writing one of 12 kB
 * (`npm run bench:distill` on a server of two slow cores). A pilot says nothing of it, for its code is not warm yet.
 */
const processorPerByte = 0.005 / 12_000
/** A server is not as fast at one hour as at another: relative standard deviation of its speed. Our own number. */
const speedSpread = 0.1
/** For the dataset, which a pilot does not write. Our own number: it grows with the disk, and a run waits for its answers. */
const datasetSeconds = 2

const asInPilot = { speed: 1, growth: 0 }

/** @returns `null` where no answer says how long it took: all were taken from another run */
export function timesOf(
  { recipe }: RunContext,
  seen: readonly SeenProblem[],
  {
    started,
    ended,
    start_seconds,
    population,
    shardsOfRun,
  }: Pick<AskedPilot, 'started' | 'ended' | 'start_seconds' | 'population'> & { shardsOfRun: number },
): Times | null {
  const asks = seen.flatMap((problem) => problem.asks)
  if (!asks.some(({ seconds }) => seconds !== undefined)) return null
  const places = [...new Set(asks.map(({ endpoint }) => endpoint))].map((endpoint) => {
    const stated = recipe.endpoints[endpoint]!
    const servers = Math.max(1, serversOf(stated).length)
    const own = asks.filter((ask) => ask.endpoint === endpoint).flatMap(({ flights }) => flights)
    const seenPlaces = placesSeen(own)
    const unseen = servers * inFlightOf(stated, findDialect(stated.dialect)).unseen
    return { endpoint, places: seenPlaces ?? unseen, isSeen: seenPlaces !== undefined }
  })
  const bytes = seen.reduce((sum, { journal_bytes }) => sum + journal_bytes, 0)
  const pace: Pace = {
    places: new Map(places.map((each) => [each.endpoint, each.places])),
    shards: shardsOfRun,
    open: recipe.generate.shards_open,
    after: 0,
    pilot: seen.length,
    per_shard: population / shardsOfRun,
    processor: (processorPerByte * bytes) / seen.length,
    spread: speedSpread,
  }
  const fresh = freshOf(asks, started)
  const flights = fresh.flatMap((ask) => ask.flights)
  if (flights.length === 0) return { pace, once: start_seconds + datasetSeconds, places, isTimed: false }
  // Not spread: a pilot may have more requests than a call has arguments.
  const first = flights.reduce((least, { sent }) => Math.min(least, sent), Infinity)
  const last = flights.reduce((most, flight) => Math.max(most, flight.ended), 0)
  const asked = fresh.map((ask) => memberOfAsk(ask))
  const modelled = waveSeconds(pace, { problems: 0, so_far: 0, singly: asked, others: [] }, asInPilot)
  const slower = Math.max(0, (last - first) / 1000 - modelled)
  pace.after = Math.max(0, (ended - last) / 1000)
  return {
    pace,
    once: start_seconds + Math.max(0, (first - started) / 1000) + slower + datasetSeconds,
    places,
    isTimed: true,
  }
}

/** What was asked in this start, in the order in which it left. */
function freshOf(asks: readonly Ask[], started: number): Ask[] {
  return asks
    .filter(({ flights, seconds }) => seconds !== undefined && flights.some(({ sent }) => sent >= started))
    .toSorted((a, b) => a.flights[0]!.sent - b.flights[0]!.sent)
}

function memberOfAsk({ endpoint, isJudge, seconds }: Ask): Member {
  const nothing = { isPair: false, requests: 0, tokens: 0, nano_usd: 0, bytes: 0 }
  return { ...nothing, asks: [{ endpoint, isJudge, seconds: seconds ?? 0 }] }
}
