import { rateOf } from '../../../filters/group/rate.ts'
import { firstSamples, type Arm } from '../../../schemas/arm.ts'
import { addTokens, noTokens, type Tokens } from '../../../schemas/bill.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { tally, tallyTokens, type PairsCounts } from '../../../schemas/counts.ts'
import type { Pair, PairMember } from '../../../schemas/pair.ts'
import type { PairReason } from '../../../schemas/reasons.ts'
import { joinParts, type JoinedSample } from '../../../store/parts/join.ts'
import { writePart } from '../../../store/parts/part.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { ShardJob, ShardStage } from '../stage.ts'
import { byArm, tokensOf } from '../counts.ts'
import { selectTrace, type Candidate } from './select-trace.ts'

const version = 3

export const pairStage: ShardStage = {
  name: 'pair',
  scope: 'shard',
  reads: ['problems', 'traces', 'verdicts', 'decisions'],
  writes: 'pairs',
  fingerprint: ({ recipe, arms, rejected }, inputs) =>
    hashOf({
      version,
      pair: recipe.pair,
      arms: arms.map((arm) => [arm.name, firstSamples(arm), arm.adaptive !== null]),
      seed: recipe.seed,
      ...(rejected && { rejected }),
      inputs,
    }),
  inThread: pairUp,
}

/** Writes a shard's `pairs/` part: for every problem the selected trace of every arm, or why there is no pair. */
async function pairUp({ context, shard, fingerprint, reads, lease }: ShardJob): Promise<void> {
  const counts: PairsCounts = {
    arms: byArm(context.arms, () => ({
      in: 0,
      lost: {},
      paired: 0,
      tokens: { lost: {}, paired: noTokens() },
    })),
    problems: { lost: {}, paired: 0 },
  }
  await writePart(context.runFolder, 'pairs', shard, {
    lease,
    rows: pairs({ context, shard, reads }, counts),
    fingerprint,
    counts: () => counts,
  })
}

/** The columns that the choice of a trace depends on. */
const wanted = {
  problems: ['id'],
  traces: ['arm', 'sample_index', 'usage', 'billed', 'reasoning_tokens', 'answer_tokens'],
  verdicts: ['verdict'],
  decisions: ['keep'],
} as const

/** A pair whose loss is a declared reason. */
type MadePair = Pair & { lost: PairReason | '' }

type Paired = Candidate & { billed: Tokens }

async function* pairs(
  { context, shard, reads }: Pick<ShardJob, 'context' | 'shard' | 'reads'>,
  counts: PairsCounts,
): AsyncGenerator<Pair> {
  for await (const { problem, samples } of joinParts(context.runFolder, shard, wanted, reads)) {
    const candidates = samples.map(candidateOf)
    const pair = pairOf(problem.id, candidates, context)
    count(counts, context.arms, candidates, pair)
    yield pair
  }
}

function candidateOf({ trace, verdict, decision }: JoinedSample<typeof wanted>): Paired {
  return {
    ...trace,
    tokens: trace.reasoning_tokens + trace.answer_tokens,
    billed: tokensOf(trace),
    verdict: verdict.verdict,
    keep: decision.keep,
  }
}

/** The pair of a problem: of every arm the selected one of its kept samples, or why there is none. */
export function pairOf(
  id: string,
  candidates: Candidate[],
  { recipe, arms, rejected }: RunContext,
): MadePair {
  const members: PairMember[] = []
  for (const arm of arms) {
    const { name } = arm
    const own = candidates.filter((candidate) => candidate.arm === name)
    const kept = own.filter((candidate) => candidate.keep)
    const selected = selectTrace(kept, recipe.pair.select, hashOf({ seed: recipe.seed, id, arm: name }))
    if (selected === undefined) continue
    members.push({
      arm: name,
      key: selected.key,
      sample_index: selected.sample_index,
      kept: kept.length,
      sampling_plan: arm.adaptive ? 'adaptive' : 'fixed',
      ...rateOf(own, firstSamples(arm)),
    })
  }
  const lost =
    members.length > 0 && rejected?.includes(id)
      ? 'rejected_by_review'
      : whyLost(members, candidates, { recipe, arms })
  return { pair_id: id, lost, members }
}

function whyLost(
  members: PairMember[],
  candidates: Candidate[],
  { recipe, arms }: Pick<RunContext, 'recipe' | 'arms'>,
): PairReason | '' {
  const missing = arms.filter((arm) => !members.some((member) => member.arm === arm.name))
  if (missing.length === arms.length) return 'no_arm_has_a_trace'
  if (missing.length > 0) return `missing_${missing.map((arm) => arm.name).join('+')}`
  const isCorrect = (member: PairMember): boolean =>
    candidates.find((candidate) => candidate.key === member.key)?.verdict === 'correct'
  return recipe.pair.require === 'any' && !members.some(isCorrect) ? 'no_arm_is_correct' : ''
}

function count(counts: PairsCounts, arms: readonly Arm[], candidates: Paired[], pair: MadePair): void {
  if (pair.lost === '') counts.problems.paired += 1
  else tally(counts.problems.lost, pair.lost)
  const selected = new Set(pair.members.map((member) => member.key))
  for (const { name } of arms) {
    const arm = counts.arms[name]!
    for (const candidate of candidates) {
      if (candidate.arm !== name || !candidate.keep) continue
      arm.in += 1
      if (pair.lost === '' && selected.has(candidate.key)) {
        arm.paired += 1
        addTokens(arm.tokens.paired, candidate.billed)
        continue
      }
      const reason = pair.lost === '' ? 'not_selected' : pair.lost
      tally(arm.lost, reason)
      tallyTokens(arm.tokens.lost, reason, candidate.billed)
    }
  }
}
