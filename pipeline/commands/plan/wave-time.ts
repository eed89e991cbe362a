import { makespan } from './schedule.ts'

/** What a problem of the pilot took, as a problem of the run may take it. */
export type Member = {
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
  /** Shards that are worked on at the same time. */
  open: number
  /** From the last answer of a wave until the next one can be chosen. */
  after: number
  /** Seconds of processor time that the answers of a problem take. */
  processor: number
  /** Relative standard deviation of the speed of a server from one hour to another. */
  spread: number
}

export type Wave = {
  problems: number
  /** In the order in which they are asked. */
  singly: readonly Member[]
  /** So many further ones of each, before those. */
  others: readonly { member: Member; times: number }[]
}

/**
 * Seconds from the first request of a wave until everything of it is stored. Places are filled while there is something to
 * ask; then the longest answers are waited for. Judges are asked when all answers of a shard are there: beside the arms where
 * there are more shards than are open, else after them.
 *
 * @param speed the server's answers take so many times as long as in the pilot
 */
export function waveSeconds(pace: Pace, wave: Wave, speed: number): number {
  const isAllOpen = pace.shards <= pace.open
  const asking = isAllOpen
    ? askingSeconds(pace, wave, (isJudge) => !isJudge) + askingSeconds(pace, wave, (isJudge) => isJudge)
    : askingSeconds(pace, wave, () => true)
  return Math.max(asking * speed, wave.problems * pace.processor) + pace.after
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
