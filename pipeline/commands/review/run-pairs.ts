import { join } from 'node:path'
import { userMessage } from '../../../problems/user-message.ts'
import { contentHash, messageOf, type ReviewAnswer, type ReviewPair } from '../../../review/pairs/pair.ts'
import type { PairNote, PairSource } from '../../../review/pairs/source.ts'
import type { Arm } from '../../../schemas/arm.ts'
import type { Decision } from '../../../schemas/decision.ts'
import type { Pair } from '../../../schemas/pair.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import type { Trace } from '../../../schemas/trace.ts'
import type { Verdict } from '../../../schemas/verdict.ts'
import { joinParts } from '../../../store/parts/join.ts'
import { readPart } from '../../../store/parts/part.ts'
import { shardOf } from '../../../store/run/shard-cuts.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { inputKinds } from '../../stages/input-kinds.ts'
import { loadStages } from '../../stages/registry.ts'
import { openRowIndex } from './row-index.ts'
import { filterFindings, nearness } from './thresholds.ts'

/** The columns that a note needs: no text is read. */
const noted = {
  problems: ['id', 'domain', 'source', 'task', 'difficulty'],
  traces: ['arm', 'mode', 'reasoning_tokens', 'answer_tokens'],
  verdicts: ['verdict', 'gold_suspect', 'verdict_source'],
  decisions: ['reasons', 'measures'],
  pairs: 'all',
} as const

/** What is shown of a problem's parts: not what joins them, which their row numbers do, nor what requests cost. */
const shown = {
  pairs: ['lost', 'members'],
  traces: [
    'key',
    'arm',
    'sample_index',
    'model',
    'served_model',
    'provider',
    'mode',
    'switch',
    'effort',
    'sampling',
    'seed',
    'reasoning',
    'answer',
    'reasoning_source',
    'reasoning_state',
    'finish_reason',
    'finish_state',
    'truncation',
    'usage',
    'reasoning_tokens',
    'answer_tokens',
    'tokenizer',
  ],
  verdicts: [
    'verdict',
    'extracted',
    'extraction',
    'path',
    'reason',
    'verifier',
    'verifier_version',
    'verdict_rule',
    'verdict_judge',
    'verdict_source',
    'majority_answer',
    'gold_suspect',
    'gold_repaired',
  ],
  decisions: ['keep', 'reasons', 'measures'],
} as const

/** Parts are asked again and again while a review lasts, and each is held against its checksum once. */
const looked = { seal: 'once' } as const

type Shown = typeof shown
type ShownTrace = Pick<Trace, Shown['traces'][number]>
type Answered = {
  trace: ShownTrace
  verdict: Pick<Verdict, Shown['verdicts'][number]>
  decision: Pick<Decision, Shown['decisions'][number]>
}

/** The pairs of a run, and its problems without one, from its parts. */
export async function openRunPairs(context: RunContext, plan: ShardPlan): Promise<PairSource> {
  const stages = await loadStages()
  const write = stages.find(({ writes }) => writes === 'dataset')!
  const reads = inputKinds(stages, write, context)
  const rowsOf = openRowIndex(context, reads, looked)
  return {
    name: context.recipe.name,
    reviews: join(context.runFolder, 'reviews'),
    async *places() {
      const wanted = { problems: ['id', 'domain', 'source'], pairs: ['pair_id', 'lost'] } as const
      for (let shard = 0; shard < plan.shards; shard++)
        for await (const { problem, pair } of joinParts(context.runFolder, shard, wanted, reads, looked))
          yield { id: problem.id, domain: problem.domain, source: problem.source, lost: pair.lost }
    },
    async *notes() {
      for (let shard = 0; shard < plan.shards; shard++)
        for await (const group of joinParts(context.runFolder, shard, noted, reads, looked))
          yield noteOf(group, context)
    },
    async read(id) {
      if (!/^[0-9a-f]{32}$/u.test(id)) return undefined
      const shard = shardOf(id, plan.shards)
      const rows = (await rowsOf(shard)).get(id)
      if (!rows) return undefined
      const { runFolder, recipe, arms } = context
      const own = { rowStart: rows.problem, rowEnd: rows.problem + 1, ...looked }
      const of = { rowStart: rows.first, rowEnd: rows.end, ...looked }
      const [[problem], [pair], traces, verdicts, decisions] = await Promise.all([
        Array.fromAsync(readPart(runFolder, 'problems', shard, undefined, own)),
        Array.fromAsync(readPart(runFolder, 'pairs', shard, shown.pairs, own)),
        Array.fromAsync(readPart(runFolder, 'traces', shard, shown.traces, of)),
        Array.fromAsync(readPart(runFolder, 'verdicts', shard, shown.verdicts, of)),
        Array.fromAsync(readPart(runFolder, reads.decisions as 'decisions', shard, shown.decisions, of)),
      ])
      const samples = traces.map((trace, at) => ({
        trace,
        verdict: verdicts[at]!,
        decision: decisions[at]!,
      }))
      const answers = arms.flatMap((arm) => answerOf(arm, pair!, samples, context))
      const prompt = userMessage(problem!, recipe.instructions)
      const { answers: reference, prompt: _question, ...facts } = problem!
      return {
        ...facts,
        prompt,
        reference,
        content_hash: contentHash(prompt, reference, answers.map(messageOf)),
        gold_suspect: samples.some(({ verdict }) => verdict.gold_suspect),
        lost: pair!.lost,
        answers,
      } satisfies ReviewPair
    },
  }
}

/** The sample that stands for an arm, or its first where none does. */
function answerOf(
  arm: Arm,
  pair: Pick<Pair, 'members'>,
  samples: readonly Answered[],
  context: RunContext,
): ReviewAnswer[] {
  const own = samples.filter(({ trace }) => trace.arm === arm.name)
  const key = pair.members.find((member) => member.arm === arm.name)?.key
  const found = own.find(({ trace }) => trace.key === key) ?? own[0]
  if (!found) return []
  const { trace, verdict, decision } = found
  const {
    verdict_rule: rule,
    verdict_judge: judge,
    verdict_source: source,
    verifier_version,
    ...rest
  } = verdict
  return [
    {
      arm: arm.name,
      reasons: arm.mode === 'thinking',
      selected: trace.key === key,
      reasoning: trace.reasoning,
      answer: trace.answer,
      reasoning_tokens: trace.reasoning_tokens,
      answer_tokens: trace.answer_tokens,
      verdict: {
        verdict: rest.verdict,
        extracted: rest.extracted,
        extraction: rest.extraction,
        path: rest.path,
        reason: rest.reason,
        verifier: `${rest.verifier} ${verifier_version}`,
        rule,
        judge,
        source,
        majority_answer: rest.majority_answer,
        gold_repaired: rest.gold_repaired,
      },
      finish_state: trace.finish_state,
      truncation: trace.truncation,
      dropped: decision.reasons,
      filters: filterFindings(context.recipe, trace, decision),
      facts: factsOf(arm, trace, own),
    },
  ]
}

function factsOf(arm: Arm, trace: ShownTrace, own: readonly Answered[]): Record<string, string> {
  const { usage } = trace
  return {
    model: trace.model + (arm.revision === '' ? '' : `@${arm.revision}`),
    'served as': trace.served_model || 'not said',
    provider: trace.provider || 'not said',
    mode: trace.mode + (trace.effort === null ? '' : `, effort ${trace.effort}`),
    switch: trace.switch,
    sampling: JSON.stringify(trace.sampling),
    sample: `${trace.sample_index + 1} of ${own.length}, ${own.filter(({ decision }) => decision.keep).length} kept`,
    seed: String(trace.seed),
    finish: `${trace.finish_state} (${trace.finish_reason || 'no reason said'}), cut off: ${trace.truncation}`,
    reasoning: `${trace.reasoning_state}, found in ${trace.reasoning_source}`,
    'tokens billed': `${usage.prompt_tokens ?? '?'} + ${usage.completion_tokens ?? '?'}`,
    tokenizer: trace.tokenizer,
    key: trace.key,
  }
}

type Noted = {
  problem: { id: string; domain: string; source: string; task: string; difficulty: string }
  pair: Pair
  samples: {
    trace: Pick<Trace, 'key' | 'arm' | 'mode' | 'reasoning_tokens' | 'answer_tokens'>
    verdict: Pick<Verdict, 'verdict' | 'gold_suspect' | 'verdict_source'>
    decision: Pick<Decision, 'reasons' | 'measures'>
  }[]
}

function noteOf({ problem, pair, samples }: Noted, { recipe }: RunContext): PairNote {
  const selected = new Set(pair.members.map(({ key }) => key))
  const shown = samples.filter(({ trace }) => selected.has(trace.key))
  const near = shown.flatMap(({ trace, decision }) => nearness(filterFindings(recipe, trace, decision)) ?? [])
  return {
    ...problem,
    lost: pair.lost,
    dropped: pair.lost === '' ? [] : [...new Set(samples.flatMap(({ decision }) => decision.reasons))],
    gold_suspect: samples.some(({ verdict }) => verdict.gold_suspect),
    judged: shown.some(
      ({ verdict }) => verdict.verdict_source === 'judge' || verdict.verdict_source === 'both',
    ),
    verdicts: shown.map(({ verdict }) => verdict.verdict),
    tokens: shown.reduce((sum, { trace }) => sum + trace.reasoning_tokens + trace.answer_tokens, 0),
    near: near.length === 0 ? null : Math.min(...near),
  }
}
