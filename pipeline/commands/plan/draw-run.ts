import type { Random } from '../../../problems/builtin/random.ts'
import type { SelectSection } from '../../recipe/select-section.ts'
import { planWave } from '../../stages/select/plan-wave.ts'
import { quotasOf } from '../../stages/select/quotas.ts'
import { relativeError } from './statistics.ts'
import { waveSeconds, type Member, type Pace } from './wave-time.ts'

/** The problems of the set in a stratum, and those of them that the pilot asked, in the order of their turns. */
export type Stratum = { name: string; problems: number; known: readonly Member[] }

export type RunToDraw = {
  strata: readonly Stratum[]
  select: SelectSection | undefined
  /** Samples that a problem is asked for at first, of all arms. */
  samples: number
  /** `undefined` where nothing is known of time. */
  pace: Pace | undefined
}

const sums = ['requests', 'tokens', 'nano_usd', 'bytes'] as const

/** What a drawn run came to. */
export type DrawnRun = Record<(typeof sums)[number], number> & {
  problems: number
  pairs: number
  waves: number
  seconds: number
}

/** Problems of a stratum that a wave draws one by one; of a larger wave the others count as the mean. */
const drawnSingly = 1000

const endless = { nano_usd: Infinity, tokens: Infinity }

/**
 * Draws a run: problems that the pilot asked come first, as in the run, and are as they were; the others are drawn from them
 * with what intervals need: the mean of what a problem takes is uncertain, and so is the share of them that become pairs.
 * Which problems a wave asks is decided by the code that decides it in a run, without a budget.
 */
export function drawRun(random: Random, { strata, select, samples, pace }: RunToDraw): DrawnRun {
  const all = strata.flatMap(({ known }) => known)
  const states = new Map(
    strata.map((stratum) => [
      stratum.name,
      {
        problems: stratum.problems,
        asked: 0,
        accepted: 0,
        cost: { nano_usd: 0, tokens: 0 },
        urn: openUrn(random, stratum.known, all),
      },
    ]),
  )
  const run: DrawnRun = {
    problems: 0,
    pairs: 0,
    waves: 0,
    requests: 0,
    tokens: 0,
    nano_usd: 0,
    bytes: 0,
    seconds: 0,
  }
  const luck = { speed: Math.exp((pace?.spread ?? 0) * random.normal()), growth: random.next() }

  function askWave(ask: ReadonlyMap<string, number>): void {
    const singly: Member[] = []
    const others: { member: Member; times: number }[] = []
    let problems = 0
    for (const [name, count] of ask) {
      const state = states.get(name)!
      const { members, rest } = state.urn.draw(count)
      problems += count
      for (const { member, times } of [...members.map((each) => ({ member: each, times: 1 })), ...rest]) {
        state.accepted += member.isPair ? times : 0
        state.cost.nano_usd += times * member.nano_usd
        state.cost.tokens += times * member.tokens
        for (const each of sums) run[each] += times * member[each]
      }
      state.asked += count
      singly.push(...members)
      others.push(...rest)
    }
    run.problems += problems
    run.waves += 1
    if (pace)
      run.seconds += waveSeconds(
        pace,
        { problems, so_far: run.problems, singly: random.shuffle(singly), others },
        luck,
      )
  }

  if (!select) askWave(new Map(strata.map(({ name, problems }) => [name, problems])))
  else
    for (;;) {
      const quotas = quotasOf(select, states)
      const wanted = [...quotas].map(([name, quota]) => {
        const { problems, asked, accepted, cost } = states.get(name) ?? none
        return { name, quota, problems, chosen: asked, asked, accepted, cost }
      })
      const wave = planWave(wanted, { samples, balance: select.balance, left: endless })
      if (wave.ended) {
        run.pairs = wanted.reduce((sum, { accepted, quota }) => sum + Math.min(accepted, quota), 0)
        break
      }
      askWave(wave.ask)
    }
  if (!select) for (const { accepted } of states.values()) run.pairs += accepted
  return run
}

/** A stratum that the recipe wants and no problem is of. */
const none = { problems: 0, asked: 0, accepted: 0, cost: { nano_usd: 0, tokens: 0 } }

type Drawing = { members: Member[]; rest: { member: Member; times: number }[] }

/** The problems of a stratum in the order in which they are asked: the known ones, then ones like them. */
function openUrn(
  random: Random,
  known: readonly Member[],
  all: readonly Member[],
): { draw: (count: number) => Drawing } {
  // A stratum that the pilot has nothing of is taken to be like the others.
  const like = known.length > 0 ? known : all
  const waiting = [...known]
  const share = drawnShare(random, like)
  const others = unlike(random, like)
  const [hits, misses] = [true, false].map((isPair) => {
    const own = others.filter((member) => member.isPair === isPair)
    // What a kind takes that the pilot has not seen is not known; any problem stands for it.
    return own.length > 0 ? own : others.map((member) => Object.assign({}, member, { isPair }))
  }) as [Member[], Member[]]
  return {
    draw(count) {
      const members = waiting.splice(0, count)
      const singly = Math.min(count, drawnSingly) - members.length
      for (let each = 0; each < singly; each++)
        members.push(prolonged(random, random.pick(random.chance(share) ? hits : misses)))
      const left = count - members.length
      return {
        members,
        rest: left > 0 ? [...spread(hits, left * share), ...spread(misses, left * (1 - share))] : [],
      }
    },
  }
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

/** So many problems as the mean of some: as many of each. */
function spread(members: readonly Member[], problems: number): Drawing['rest'] {
  return members.map((member) => ({ member, times: problems / members.length }))
}

/**
 * The problems of a pilot, all of them dearer or cheaper and slower or faster by as much as their mean may be off: normal in
 * the logarithm, as in `sumOfAll`, with the tails of Student's t. Drawing them anew instead makes intervals of skewed costs
 * too narrow.
 */
function unlike(random: Random, members: readonly Member[]): Member[] {
  // The others of a stratum are not beyond all bounds, however few of it the pilot has.
  const freedom = Math.max(3, members.length - 1)
  let squares = 0
  for (let each = 0; each < freedom; each++) squares += random.normal() ** 2
  const t = random.normal() / Math.sqrt(squares / freedom)
  const off = (of: (member: Member) => number): number => Math.exp(t * relativeError(members.map(of)))
  const dearer = off(({ tokens }) => tokens)
  const slower = off(({ asks }) => asks.reduce((sum, { seconds }) => sum + seconds, 0))
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
