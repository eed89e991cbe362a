import { addBill, emptyBill, totalTokens, type Bill } from '../../../schemas/bill.ts'
import type { Outcome } from '../../../schemas/journal.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import { billedNanoUsd, ratesOf } from '../../../teachers/cost/price.ts'
import { classifierArm, judgeArms } from '../../recipe/judge-arms.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { readChain } from '../../stages/generate/read-chain.ts'
import { wantedSeries } from '../../stages/generate/samples.ts'
import { openShardJournal, readAround } from '../../stages/shard-journal.ts'
import type { Flight } from './schedule.ts'

/** Everything that was asked about one problem. */
export type Asked = {
  requests: number
  tokens: number
  /** `null` where a part of it has no price. */
  nano_usd: number | null
  journal_bytes: number
  asks: Ask[]
}

/** A sample, or a question to a judge, with all its requests one after the other. */
export type Ask = {
  endpoint: string
  arm: string
  isJudge: boolean
  /** That its requests were under way; `undefined` where the answer is from another run, which does not say. */
  seconds: number | undefined
  /** Completion tokens that it was billed for. */
  completion: number
  flights: Flight[]
}

export function nothingAsked(): Asked {
  return { requests: 0, tokens: 0, nano_usd: 0, journal_bytes: 0, asks: [] }
}

const everybody = ['generate', 'judge', 'classify'] as const

/**
 * What was asked about the problems of a shard, by problem. Of the arms it is what the recipe asks for now: the journal also
 * has what it asked for before a change. Of the judges it is everything that the present ones were asked.
 *
 * @param kinds who asked
 */
export async function readAsked(
  context: RunContext,
  shard: number,
  kinds: readonly (typeof everybody)[number][] = everybody,
): Promise<Map<string, Asked>> {
  const { recipe } = context
  const asked = new Map<string, Asked>()
  const classifier = classifierArm(recipe)
  const judges = {
    judge: new Set(judgeArms(recipe).map(placeOf)),
    classify: new Set(classifier && [placeOf(classifier)]),
  }
  const keys = kinds.includes('generate') ? await wantedKeys(context, shard) : new Set<string>()
  for (const kind of kinds) {
    const sent = new Map<string, number>()
    for await (const { line, length } of readAround(context, shard, kind)) {
      if (line.type === 'exported') continue
      if (kind === 'generate' ? !keys.has(line.key) : !judges[kind].has(placeOf(line))) continue
      const own = asked.get(line.problem_id) ?? nothingAsked()
      asked.set(line.problem_id, own)
      own.journal_bytes += length
      if (line.type === 'intent') sent.set(line.key, line.at)
      else addOutcome(own, line, { context, isJudge: kind !== 'generate', sent: sent.get(line.key) })
    }
  }
  return asked
}

/** The keys of all requests that the samples of the recipe consist of, as far as the journal has them. */
async function wantedKeys(context: RunContext, shard: number): Promise<Set<string>> {
  const keys = new Set<string>()
  const journal = await openShardJournal(context, shard)
  for await (const series of wantedSeries(context, shard, journal)) {
    const { arm } = series
    if (arm.import) continue
    const most = arm.adaptive?.max ?? arm.samples
    for (let index = 0; index < most; index++) {
      const wanted = series.sample(index)
      keys.add(wanted.key)
      if (arm.truncated.policy === 'keep') continue
      for (const { step } of readChain(wanted, journal.states, 'final').known) keys.add(step.key)
    }
  }
  return keys
}

function placeOf({
  endpoint = '',
  model = '',
}: {
  endpoint?: string | undefined
  model?: string | undefined
}) {
  return `${endpoint}\n${model}`
}

function addOutcome(
  own: Asked,
  line: Outcome,
  { context, isJudge, sent }: { context: RunContext; isJudge: boolean; sent: number | undefined },
): void {
  const { endpoint = '', model = '', arm, attempts } = line
  const body = line.type === 'answered' ? line.body : undefined
  const bill: Bill = emptyBill()
  addBill(bill, billOf(attempts.length > 0 ? attempts : oneTry, body, line))
  own.requests += Math.max(1, attempts.length)
  own.tokens += totalTokens(bill)
  const nano = billedNanoUsd(bill, ratesOf(context.recipe.endpoints[endpoint]?.price, model))
  own.nano_usd = own.nano_usd === null || nano === null ? null : own.nano_usd + nano
  const name = `${arm} ${line.sample_index}`
  let ask = own.asks.find(
    (each) => each.isJudge === isJudge && each.arm === name && each.endpoint === endpoint,
  )
  if (!ask) {
    ask = { endpoint, arm: name, isJudge, seconds: undefined, completion: 0, flights: [] }
    own.asks.push(ask)
  }
  ask.completion += bill.completion
  if (attempts.length === 0) return
  ask.seconds = (ask.seconds ?? 0) + attempts.reduce((sum, { ms }) => sum + ms, 0) / 1000
  if (sent !== undefined) ask.flights.push({ sent, ended: line.at })
}

/** An answer of another run was paid for there; a problem like it has to be paid for here. */
const oneTry = [{ ms: 0, status: 200, error: '', completion_tokens: null }]
