import { addBill, emptyBill, totalTokens, type Bill } from '../../../schemas/bill.ts'
import type { JournalLine } from '../../../schemas/journal.ts'
import { partState } from '../../../store/parts/part.ts'
import { joinParts } from '../../../store/parts/join.ts'
import { partPath } from '../../../store/run/paths.ts'
import { sizeOf } from '../../../store/files/entries.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import { billedNanoUsd, ratesOf } from '../../../teachers/cost/price.ts'
import { judgeArms } from '../../recipe/judge-arms.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { inputKinds, isActive } from '../../stages/input-kinds.ts'
import { readAround } from '../../stages/shard-journal.ts'
import type { Stage } from '../../stages/stage.ts'
import type { AskedPilot } from './run-pilot.ts'

/** One answer of the pilot. */
export type SeenSample = {
  arm: string
  index: number
  /** Tokens that its text took, and where its answer stopped at the limit. */
  completion: number
  cut: boolean
  verdict: string
  kept: boolean
  /** The ledger's reason where it was not kept. */
  reason: string
}

/** One problem of the pilot, with everything that it took. */
export type SeenProblem = {
  samples: SeenSample[]
  /** Why it is no pair; empty where it is one. */
  lost: string
  requests: number
  tokens: number
  /** `null` where a part of it has no price. */
  nano_usd: number | null
  /** Milliseconds that its requests were at each endpoint. */
  ms: Map<string, number>
  journal_bytes: number
}

/** @returns the problems of a pilot, and the bytes of their parts */
export async function readPilot(
  all: readonly Stage[],
  { context, shards }: AskedPilot,
): Promise<{ problems: SeenProblem[]; part_bytes: number }> {
  const lastOfShards = all.find(({ scope }) => scope === 'whole')!
  const reads = { ...inputKinds(all, lastOfShards, context), pairs: 'pairs', problems: 'admitted' } as const
  const problems: SeenProblem[] = []
  let bytes = 0
  for (const shard of shards) {
    const asked = await readAsked(context, shard)
    for await (const { problem, pair, samples } of joinParts(
      context.runFolder,
      shard,
      {
        problems: ['id'],
        traces: ['arm', 'sample_index', 'billed', 'finish_state'],
        verdicts: ['verdict'],
        decisions: ['keep', 'reasons'],
        pairs: ['lost'],
      },
      reads,
    ))
      problems.push({
        ...(asked.get(problem.id) ?? nothingAsked()),
        lost: pair.lost,
        samples: samples.map(({ trace, verdict, decision }) => ({
          arm: trace.arm,
          index: trace.sample_index,
          completion: trace.billed.completion_tokens,
          cut: trace.finish_state === 'cut_in_think' || trace.finish_state === 'cut_in_answer',
          verdict: verdict.verdict,
          kept: decision.keep,
          reason: decision.reasons[0] ?? '',
        })),
      })
    for (const stage of all)
      if (stage.scope !== 'whole' && stage.name !== 'select' && isActive(stage, context))
        if (await partState(context.runFolder, stage.writes, shard))
          bytes += (await sizeOf(partPath(context.runFolder, stage.writes, shard))) ?? 0
  }
  return { problems, part_bytes: bytes }
}

type Asked = Omit<SeenProblem, 'samples' | 'lost'>

function nothingAsked(): Asked {
  return { requests: 0, tokens: 0, nano_usd: 0, ms: new Map(), journal_bytes: 0 }
}

/** What arms and judges of the recipe were asked about the problems of a shard, by problem, as the journal has it. */
async function readAsked(context: RunContext, shard: number): Promise<Map<string, Asked>> {
  const asked = new Map<string, Asked>()
  for (const kind of ['generate', 'judge'] as const) {
    const among = new Set((kind === 'judge' ? judgeArms(context.recipe) : context.arms).map(placeAsked))
    for await (const { line, length } of readAround(context, shard, kind)) {
      if (line.type === 'exported' || !among.has(placeAsked(line))) continue
      const own = asked.get(line.problem_id) ?? nothingAsked()
      asked.set(line.problem_id, own)
      own.journal_bytes += length
      if (line.type !== 'intent') addLine(own, line, context)
    }
  }
  return asked
}

type Place = { endpoint?: string | undefined; model?: string | undefined }

function placeAsked({ endpoint = '', model = '' }: Place): string {
  return `${endpoint}\n${model}`
}

function addLine(
  own: Asked,
  line: Exclude<JournalLine, { type: 'intent' | 'exported' }>,
  context: RunContext,
): void {
  const { endpoint = '', model = '' } = line
  const body = line.type === 'answered' ? line.body : undefined
  const bill: Bill = emptyBill()
  addBill(bill, billOf(line.attempts.length > 0 ? line.attempts : oneTry, body, line))
  own.requests += Math.max(1, line.attempts.length)
  own.tokens += totalTokens(bill)
  const nano = billedNanoUsd(bill, ratesOf(context.recipe.endpoints[endpoint]?.price, model))
  own.nano_usd = own.nano_usd === null || nano === null ? null : own.nano_usd + nano
  const ms = line.attempts.reduce((sum, attempt) => sum + attempt.ms, 0)
  own.ms.set(endpoint, (own.ms.get(endpoint) ?? 0) + ms)
}

/** An answer of another run was paid for there; a problem like it has to be paid for here. */
const oneTry = [{ ms: 0, status: 200, error: '', completion_tokens: null }]
