import { rateOf } from '../../../filters/group/rate.ts'
import { firstSamples, type Arm } from '../../../schemas/arm.ts'
import { addTokens, noTokens, type Tokens } from '../../../schemas/bill.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import type { Decision } from '../../../schemas/decision.ts'
import { Pair, type PairMember } from '../../../schemas/pair.ts'
import type { Problem } from '../../../schemas/problem.ts'
import type { Trace } from '../../../schemas/trace.ts'
import type { Verdict } from '../../../schemas/verdict.ts'
import { readPart, writePart } from '../../../store/parts/part.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { ShardStage } from '../stage.ts'
import { byArm, tally, tallyTokens, tokensOf, type PairsCounts } from '../counts.ts'
import { selectTrace, type Candidate } from './select-trace.ts'

const version = 3

export const pairStage: ShardStage = {
  name: 'pair',
  reads: ['problems', 'traces', 'verdicts', 'decisions'],
  writes: 'pairs',
  fingerprint: ({ recipe, arms }, inputs) =>
    hashOf({
      version,
      pair: recipe.pair,
      arms: arms.map((arm) => [arm.name, firstSamples(arm), arm.adaptive !== null]),
      seed: recipe.seed,
      inputs,
    }),
  run: (engine, shard, fingerprint) => engine.inWorker('pairUp', shard, fingerprint),
}

/** Writes a shard's `pairs/` part: for every problem the selected trace of every arm, or why there is no pair. */
export async function pairUp(context: RunContext, shard: number, fingerprint: string): Promise<void> {
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
    schema: Pair,
    rows: pairs(context, shard, counts),
    fingerprint,
    counts: () => counts,
  })
}

type Paired = Candidate & { billed: Tokens }

async function* pairs(context: RunContext, shard: number, counts: PairsCounts): AsyncGenerator<Pair> {
  await using candidates = readCandidates(context, shard)
  let next = await candidates.next()
  for await (const { id } of readPart<Problem>(context.runFolder, 'problems', shard, ['id'])) {
    const own: Paired[] = []
    for (; !next.done && next.value.problem_id === id; next = await candidates.next()) own.push(next.value)
    const pair = pairOf(id, own, context)
    count(counts, context.arms, own, pair)
    yield pair
  }
}

async function* readCandidates({ runFolder }: RunContext, shard: number): AsyncGenerator<Paired> {
  await using verdicts = readPart<Verdict>(runFolder, 'verdicts', shard, ['key', 'verdict'])
  await using decisions = readPart<Decision>(runFolder, 'decisions', shard, ['key', 'keep'])
  const columns = [
    'key',
    'problem_id',
    'arm',
    'sample_index',
    'usage',
    'billed',
    'reasoning_tokens',
    'answer_tokens',
  ] as const
  for await (const trace of readPart<Pick<Trace, (typeof columns)[number]>>(runFolder, 'traces', shard, [
    ...columns,
  ])) {
    const verdict = (await verdicts.next()).value as Verdict | undefined
    const decision = (await decisions.next()).value as Decision | undefined
    if (verdict?.key !== trace.key || decision?.key !== trace.key)
      throw new Error(`shard ${shard}: the parts of trace ${trace.key} do not stand in one order`)
    yield {
      ...trace,
      tokens: trace.reasoning_tokens + trace.answer_tokens,
      billed: tokensOf(trace),
      verdict: verdict.verdict,
      keep: decision.keep,
    }
  }
}

function pairOf(id: string, candidates: Candidate[], { recipe, arms }: RunContext): Pair {
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
  return { pair_id: id, lost: whyLost(members, candidates, { recipe, arms }), members }
}

function whyLost(
  members: PairMember[],
  candidates: Candidate[],
  { recipe, arms }: Pick<RunContext, 'recipe' | 'arms'>,
): string {
  const missing = arms.filter((arm) => !members.some((member) => member.arm === arm.name))
  if (missing.length === arms.length) return 'no_arm_has_a_trace'
  if (missing.length > 0) return `missing_${missing.map((arm) => arm.name).join('+')}`
  const isCorrect = (member: PairMember): boolean =>
    candidates.find((candidate) => candidate.key === member.key)?.verdict === 'correct'
  return recipe.pair.require === 'any' && !members.some(isCorrect) ? 'no_arm_is_correct' : ''
}

function count(counts: PairsCounts, arms: readonly Arm[], candidates: Paired[], pair: Pair): void {
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
