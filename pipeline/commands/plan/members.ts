import { answerLimits } from '../../recipe/answer-limits.ts'
import { allJudgeArms } from '../../recipe/judge-arms.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { Ask } from './asked.ts'
import type { SeenProblem } from './observed.ts'
import type { Member, Tail, TimedAsk } from './wave-time.ts'

/** The problems of a pilot as ones that a run may have. An answer of another run takes as long as the others of its endpoint. */
export function membersOf(context: RunContext, seen: readonly SeenProblem[], partBytes: number): Member[] {
  const timed = new Map<Ask, TimedAsk>()
  for (const asks of Map.groupBy(
    seen.flatMap((problem) => problem.asks),
    ({ endpoint, isJudge }) => `${isJudge} ${endpoint}`,
  ).values()) {
    const known = asks.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]))
    const mean = known.reduce((sum, each) => sum + each, 0) / Math.max(1, known.length)
    for (const ask of asks) {
      const { endpoint, isJudge, seconds = mean } = ask
      timed.set(ask, { endpoint, isJudge, seconds })
    }
    const longest = asks.toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))[0]!
    if (longest.seconds !== undefined) timed.get(longest)!.tail = tailOf(context, longest, known)
  }
  return seen.map((problem) => ({
    isPair: problem.lost === '',
    requests: problem.requests,
    tokens: problem.tokens,
    nano_usd: problem.nano_usd ?? 0,
    bytes: problem.journal_bytes + partBytes,
    asks: problem.asks.map((ask) => timed.get(ask)!),
  }))
}

/**
 * How much longer than the longest of some answers others may take: the index by Hill's estimator (B. M. Hill, 1975) over the
 * square root of their number, and at most as long as the endpoint waits or as the token limit takes at the pace of the longest.
 */
function tailOf({ recipe, arms }: RunContext, longest: Ask, seconds: readonly number[]): Tail {
  const sorted = seconds.toSorted((a, b) => b - a)
  const of = Math.ceil(Math.sqrt(sorted.length))
  const threshold = sorted[Math.min(of, sorted.length - 1)]!
  const index =
    threshold > 0 ? sorted.slice(0, of).reduce((sum, each) => sum + Math.log(each / threshold), 0) / of : 0
  const limits = (longest.isJudge ? allJudgeArms(recipe) : arms)
    .filter(({ endpoint }) => endpoint === longest.endpoint)
    .map((arm) => answerLimits(arm).sample ?? Infinity)
  const perToken = longest.completion > 0 ? longest.seconds! / longest.completion : Infinity
  const most = Math.min(recipe.endpoints[longest.endpoint]!.deadline_seconds, Math.max(...limits) * perToken)
  return { index, most: Math.max(longest.seconds!, most) }
}
