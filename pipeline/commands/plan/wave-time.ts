import { makespan } from './schedule.ts'

/** What a problem of the pilot took, as a problem of the run may take it. */
export type Member = {
  /** Where its turn comes among the problems of the set, from 0 to 1. */
  place?: number
  isPair: boolean
  requests: number
  tokens: number
  nano_usd: number
  bytes: number
  asks: readonly TimedAsk[]
}

/** An answer of an arm or a judge. */
export type TimedAsk = {
  endpoint: string
  isJudge: boolean
  seconds: number
  /** Of the longest answer of its kind, beyond which others may lie: see `tailOf`. */
  tail?: Tail
}

/** How the longest answers are distributed: as a power law with this index, up to the most that an answer can take. */
export type Tail = { index: number; most: number }

/** How fast a run works, as far as its pilot has shown. */
export type Pace = {
  /** How many requests are at each endpoint at the same time. */
  places: ReadonlyMap<string, number>
  shards: number
  /** Problems of a shard. */
  per_shard: number
  /** Shards that are worked on at the same time. */
  open: number
  /** From the last answer of the pilot until all its problems were done, and how many these were. */
  after: number
  pilot: number
  /** Seconds of processor time that the answers of a problem take. */
  processor: number
  /** Relative standard deviation of the speed of a server from one hour to another. */
  spread: number
}

export type Wave = {
  problems: number
  /** Those of earlier waves and its own: parts of shards are made anew with both. */
  so_far: number
  /** In the order in which they are asked. */
  singly: readonly Member[]
  /** So many further ones of each, before those. */
  others: readonly { member: Member; times: number }[]
}

/** What one run differs by from another. */
export type Luck = {
  /** Answers take so many times as long as in the pilot. */
  speed: number
  /**
   * From 0 to 1: how much of the work behind the last answer grows with the problems. One pilot cannot tell that from what every
   * wave takes.
   */
  growth: number
}

/**
 * Seconds from the first request of a wave until everything of it is stored. Places are filled while there is something to
 * ask; then the longest answers are waited for. Judges are asked when all answers of a shard are there: beside the arms where
 * there are more shards than are open, else after them.
 * What is done behind the last answer concerns the shards that are open then.
 */
export function waveSeconds(pace: Pace, wave: Wave, { speed, growth }: Luck): number {
  const isAllOpen = pace.shards <= pace.open
  const asking = isAllOpen
    ? askingSeconds(pace, wave, (isJudge) => !isJudge) + askingSeconds(pace, wave, (isJudge) => isJudge)
    : askingSeconds(pace, wave, () => true)
  const last = Math.min(wave.so_far, pace.open * pace.per_shard)
  const after = pace.after * (Math.max(1, last) / Math.max(1, pace.pilot)) ** growth
  return Math.max(asking * speed, wave.problems * pace.processor) + after
}

function askingSeconds(
  { places, shards, open }: Pace,
  { problems, singly, others }: Wave,
  isAsked: (isJudge: boolean) => boolean,
): number {
  let longest = 0
  for (const [endpoint, most] of places) {
    const of = ({ asks }: Member): number[] =>
      asks.flatMap((ask) => (ask.endpoint === endpoint && isAsked(ask.isJudge) ? [ask.seconds] : []))
    const requests = singly.flatMap(of)
    // A shard with few problems of the wave fills few places, and only so many shards are open.
    const perProblem = requests.length / Math.max(1, singly.length)
    const filled = Math.ceil(open * Math.max(1, problems / shards) * perProblem)
    const used = Math.max(1, Math.min(most, filled))
    const before = others.reduce(
      (sum, { member, times }) => sum + times * of(member).reduce((total, each) => total + each, 0),
      0,
    )
    longest = Math.max(longest, before / used + makespan(requests, used))
  }
  return longest
}
