import { addTokens, noTokens, type Tokens } from '../../../schemas/bill.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { addTally, tally, tallyTokens, type SelectedCounts } from '../../../schemas/counts.ts'
import type { Pair } from '../../../schemas/pair.ts'
import { joinParts } from '../../../store/parts/join.ts'
import { partState, writePart } from '../../../store/parts/part.ts'
import { readWaves } from '../../../store/run/waves.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { SetStage, ShardJob } from '../stage.ts'
import { readKinds } from '../read-kinds.ts'
import { byArm, tokensOf } from '../counts.ts'
import { quotasOf } from './quotas.ts'
import { isBehind, turnOf, type Turn } from './turns.ts'
import { dividedBy, stratumOf } from './stratum.ts'

const version = 1

type ShardStratum = { problems: number; asked: number; turns: Turn[] }
type Summary = Map<string, ShardStratum>
/** The last turn of each stratum whose pair is taken; of a stratum without one, none is. */
type Merged = Map<string, Turn>

/**
 * Takes the wanted number of pairs, in each stratum those of the problems whose turn came first. So the choice depends on
 * the answers and not on the order in which they came, and a larger number takes what a smaller one took and more.
 */
export const selectStage: SetStage<Summary, Merged> = {
  name: 'select',
  scope: 'set',
  reads: ['problems', 'kinds', 'traces', 'decisions', 'pairs'],
  writes: 'selected',
  replaces: 'pairs',
  active: ({ recipe }) => recipe.select !== undefined,
  fingerprint: ({ recipe: { select, seed }, chosen }, digests) => {
    const { within: _within, balance: _balance, ...wanted } = select!
    return hashOf({ version, wanted, seed, chosen: chosen?.digest, digests })
  },
  async summarise(job) {
    const { runFolder } = job.context
    const summary: Summary = new Map()
    const { strata } = (await partState(runFolder, 'admitted', job.shard))!.counts
    for (const [name, { problems }] of Object.entries(strata))
      summary.set(name, { problems, asked: 0, turns: [] })
    for await (const { stratum, pair, turn } of pairsOf(job)) {
      const own = summary.get(stratum)!
      own.asked += 1
      if (pair.lost === '') own.turns.push(turn)
    }
    return summary
  },
  async merge({ recipe }, summaries) {
    const strata = new Map<string, ShardStratum>()
    for await (const summary of summaries)
      for (const [name, { problems, asked, turns }] of summary) {
        const sum = strata.get(name) ?? { problems: 0, asked: 0, turns: [] }
        strata.set(name, sum)
        sum.problems += problems
        sum.asked += asked
        // Not spread: a shard may have more pairs than a call has arguments.
        for (const turn of turns) sum.turns.push(turn)
      }
    const supplies = new Map(
      [...strata].map(([name, { turns, ...supply }]) => [name, { ...supply, accepted: turns.length }]),
    )
    const last: Merged = new Map()
    for (const [name, quota] of quotasOf(recipe.select!, supplies)) {
      const turns = (strata.get(name)?.turns ?? []).toSorted((a, b) => (isBehind(a, b) ? 1 : -1))
      const turn = turns[Math.min(quota, turns.length) - 1]
      if (turn) last.set(name, turn)
    }
    return last
  },
  async writePart(job, last) {
    const { context, shard, fingerprint } = job
    const counts = await emptyCounts(context, shard)
    await writePart(context.runFolder, 'selected', shard, {
      lease: job.lease,
      rows: selected(job, last, counts),
      fingerprint,
      counts: () => counts,
    })
  },
}

async function emptyCounts({ runFolder, arms }: RunContext, shard: number): Promise<SelectedCounts> {
  const { counts } = (await partState(runFolder, 'pairs', shard))!
  const { strata } = (await partState(runFolder, 'admitted', shard))!.counts
  const lost = {}
  addTally(lost, counts.problems.lost)
  return {
    arms: structuredClone(counts.arms),
    problems: { lost, paired: counts.problems.paired },
    strata: Object.fromEntries(
      Object.keys(strata).map((name) => [
        name,
        { asked: 0, accepted: 0, selected: 0, tokens: byArm(arms, noTokens) },
      ]),
    ),
  }
}

async function* selected(job: ShardJob, last: Merged, counts: SelectedCounts): AsyncGenerator<Pair> {
  for await (const { stratum, pair, turn, samples } of pairsOf(job)) {
    const own = counts.strata[stratum]!
    own.asked += 1
    for (const { arm, tokens } of samples) addTokens(own.tokens[arm]!, tokens)
    if (pair.lost !== '') {
      yield pair
      continue
    }
    own.accepted += 1
    const end = last.get(stratum)
    if (end !== undefined && !isBehind(turn, end)) {
      own.selected += 1
      yield pair
      continue
    }
    leaveOut(counts, samples, pair)
    yield { ...pair, lost: 'beyond_selection' }
  }
}

type PairSample = { key: string; arm: string; tokens: Tokens; keep: boolean }

/** Moves a pair from those that were paired to those beyond the selection, with all samples that stood for it or might have. */
function leaveOut(counts: SelectedCounts, samples: readonly PairSample[], pair: Pair): void {
  counts.problems.paired -= 1
  tally(counts.problems.lost, 'beyond_selection')
  const taken = new Set(pair.members.map(({ key }) => key))
  for (const { key, arm, tokens, keep } of samples) {
    if (!keep) continue
    const own = counts.arms[arm]!
    if (taken.has(key)) {
      own.paired -= 1
      addTokens(own.tokens.paired, negative(tokens))
    } else {
      own.lost['not_selected']! -= 1
      addTokens(own.tokens.lost['not_selected']!, negative(tokens))
    }
    tally(own.lost, 'beyond_selection')
    tallyTokens(own.tokens.lost, 'beyond_selection', tokens)
  }
}

function negative({ prompt, cached, completion }: Tokens): Tokens {
  return { prompt: -prompt, cached: -cached, completion: -completion }
}

const wanted = {
  problems: dividedBy,
  traces: ['arm', 'usage', 'billed'],
  decisions: ['keep'],
  pairs: 'all',
} as const

type AskedPair = { stratum: string; pair: Pair; turn: Turn; samples: PairSample[] }

async function* pairsOf({ context, shard, reads }: ShardJob): AsyncGenerator<AskedPair> {
  const { recipe, runFolder } = context
  const waves = await readWaves(runFolder)
  const kinds = await readKinds(context, shard)
  for await (const { problem, pair, samples } of joinParts(runFolder, shard, wanted, reads)) {
    yield {
      stratum: stratumOf(problem, recipe.select!, kinds),
      pair,
      turn: turnOf(problem.id, waves, recipe.seed),
      samples: samples.map(({ trace, decision }) => ({
        key: trace.key,
        arm: trace.arm,
        tokens: tokensOf(trace),
        keep: decision.keep,
      })),
    }
  }
}
