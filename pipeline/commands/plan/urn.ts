import type { Random } from '../../../problems/builtin/random.ts'
import { meanFactor } from './statistics.ts'
import type { Member } from './wave-time.ts'

/** The problems of the set in a stratum, and those of them that the pilot asked, in the order of their turns. */
export type Stratum = { name: string; problems: number; known: readonly Member[] }

/** Problems of a stratum that a wave draws one by one; of a larger wave the others count as the mean. */
const drawnSingly = 1000

type Drawing = { members: Member[]; rest: { member: Member; times: number }[] }

/** The problems of a stratum in the order in which they are asked: the known ones in their turns, between ones like them. */
export function openUrn(
  random: Random,
  { known, problems }: Stratum,
  { all, mostTokens }: { all: readonly Member[]; mostTokens: number },
): { draw: (count: number) => Drawing } {
  // A stratum that the pilot has nothing of is taken to be like the others.
  const like = known.length > 0 ? known : all
  const waiting = inSlots(known, problems)
  let at = 0
  const share = drawnShare(random, like)
  const others = unlike(random, like, mostTokens)
  const endless = drawnEndless(random, like)
  const [hits, misses] = [true, false].map((isPair) => {
    const own = others.filter((member) => member.isPair === isPair)
    // What a kind takes that the pilot has not seen is not known; any problem stands for it.
    return own.length > 0 ? own : others.map((member) => Object.assign({}, member, { isPair }))
  }) as [Member[], Member[]]
  return {
    draw(count) {
      at += count
      const members: Member[] = []
      while (waiting[0] && waiting[0].slot < at) members.push(waiting.shift()!.member)
      const singly = Math.min(count, drawnSingly) - members.length
      for (let each = 0; each < singly; each++)
        members.push(endless(prolonged(random, random.pick(random.chance(share) ? hits : misses))))
      const left = count - members.length
      return {
        members,
        rest: left > 0 ? [...spread(hits, left * share), ...spread(misses, left * (1 - share))] : [],
      }
    },
  }
}

/**
 * In which turn each known problem is asked. Ids are hashes, so that a place on the way through them tells how many come
 * before it; one without a place comes at once.
 */
function inSlots(known: readonly Member[], problems: number): { slot: number; member: Member }[] {
  let next = 0
  return known.map((member, index) => {
    const last = Math.max(next, problems - known.length + index)
    const slot = Math.min(last, Math.max(next, Math.floor((member.place ?? 0) * problems)))
    next = slot + 1
    return { slot, member }
  })
}

/** A problem with the longest answer of its kind stands for all those that the pilot had no room for: they are longer still. */
function prolonged(random: Random, member: Member): Member {
  if (!member.asks.some(({ tail }) => tail)) return member
  const asks = member.asks.map((ask) =>
    ask.tail
      ? { ...ask, seconds: Math.min(ask.tail.most, ask.seconds * (1 - random.next()) ** -ask.tail.index) }
      : ask,
  )
  return { ...member, asks }
}

/**
 * An answer that runs to its limit keeps a wave waiting, and a pilot may have none of them. So some problems have one more than
 * the pilot shows: a share that is drawn once for a run, half of a chi-squared number over the known problems, which is about
 * what Jeffreys' prior leaves for what was never seen. Without it times with `select` held in 80 of 100 draws, with it in 87.
 */
function drawnEndless(random: Random, members: readonly Member[]): (member: Member) => Member {
  const share = random.normal() ** 2 / 2 / Math.max(1, members.length)
  const tails = members.flatMap(({ asks }) => asks.flatMap((ask) => (ask.tail ? [ask] : [])))
  const [slowest] = tails.toSorted((a, b) => b.tail!.most - a.tail!.most)
  return (member) => {
    if (!slowest || !random.chance(share)) return member
    const { endpoint, isJudge } = slowest
    const at = member.asks.findIndex((ask) => ask.endpoint === endpoint && ask.isJudge === isJudge)
    return at === -1
      ? member
      : { ...member, asks: member.asks.with(at, { ...member.asks[at]!, seconds: slowest.tail!.most }) }
  }
}

/** So many problems as the mean of some: as many of each. */
function spread(members: readonly Member[], problems: number): Drawing['rest'] {
  return members.map((member) => ({ member, times: problems / members.length }))
}

/**
 * The problems of a pilot, all of them dearer or cheaper and slower or faster by as much as their mean may be off: normal in
 * the logarithm with the tails of Student's t, and with room for one more long answer, as in `sumOfAll`. Drawing them anew
 * instead makes intervals of skewed costs too narrow.
 */
function unlike(random: Random, members: readonly Member[], mostTokens: number): Member[] {
  // The others of a stratum are not beyond all bounds, however few of it the pilot has.
  const freedom = Math.max(3, members.length - 1)
  let squares = 0
  for (let each = 0; each < freedom; each++) squares += random.normal() ** 2
  const t = random.normal() / Math.sqrt(squares / freedom)
  const longest = members
    .flatMap(({ asks }) => asks)
    .reduce((most, { tail }) => Math.max(most, tail?.most ?? 0), 0)
  const dearer = meanFactor(
    members.map(({ tokens }) => tokens),
    t,
    mostTokens,
  )
  const slower = meanFactor(
    members.map(({ asks }) => asks.reduce((sum, { seconds }) => sum + seconds, 0)),
    t,
    longest,
  )
  return members.map((member) => ({
    ...member,
    tokens: member.tokens * dearer,
    nano_usd: member.nano_usd * dearer,
    bytes: member.bytes * dearer,
    asks: member.asks.map((ask) => ({
      ...ask,
      seconds: Math.min(ask.seconds * slower, ask.tail?.most ?? Infinity),
    })),
  }))
}

/** A share of pairs that the pilot's would be likely for: normal in the logit, with half a problem added on both sides. */
function drawnShare(random: Random, members: readonly Member[]): number {
  const known = members.length
  const share = (members.filter(({ isPair }) => isPair).length + 0.5) / (known + 1)
  const deviation = 1 / Math.sqrt(known * share * (1 - share))
  return 1 / (1 + Math.exp(-(Math.log(share / (1 - share)) + deviation * random.normal())))
}
