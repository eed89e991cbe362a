import type { Random } from '../../../problems/builtin/random.ts'
import type { SelectSection } from '../../recipe/select-section.ts'
import { planWave } from '../../stages/select/plan-wave.ts'
import { quotasOf } from '../../stages/select/quotas.ts'
import { openUrn, type Stratum } from './urn.ts'
import { waveSeconds, type Member, type Pace } from './wave-time.ts'

export type RunToDraw = {
  strata: readonly Stratum[]
  select: SelectSection | undefined
  /** Samples that a problem is asked for at first, of all arms. */
  samples: number
  /** What an answer at its limit takes; 0 where there is none. */
  mostTokens: number
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

const endless = { nano_usd: Infinity, tokens: Infinity }

/**
 * Draws a run: problems that the pilot asked come first, as in the run, and are as they were; the others are drawn from them
 * with what intervals need: the mean of what a problem takes is uncertain, and so is the share of them that become pairs.
 * Which problems a wave asks is decided by the code that decides it in a run, without a budget.
 */
export function drawRun(random: Random, { strata, select, samples, mostTokens, pace }: RunToDraw): DrawnRun {
  const all = strata.flatMap(({ known }) => known)
  const states = new Map(
    strata.map((stratum) => [
      stratum.name,
      {
        problems: stratum.problems,
        asked: 0,
        accepted: 0,
        cost: { nano_usd: 0, tokens: 0 },
        urn: openUrn(random, stratum, { all, mostTokens }),
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
