import type { Problem } from '../../../schemas/problem.ts'
import type { Verdict } from '../../../schemas/verdict.ts'
import {
  agreedByTeachers,
  groupAnswers,
  majorityOf,
  type AnswerGroup,
  type SameAnswers,
  type Vote,
} from '../../../verifiers/majority.ts'
import type { Worker } from '../../engine/worker.ts'
import { checkAnswers } from './check-answers.ts'
import { isShortAnswer, type ProblemSamples, type VerifiedTrace } from './samples.ts'

/** From how many wrong answers on, and from which share of all that say the same, a reference is in doubt. */
const suspicion = { checked: 8, share: 0.5 }

/**
 * Looks at all verdicts of a problem together. Where a reference is missing, the recipe may let the majority of the
 * answers replace it (OpenMathReasoning, arXiv 2504.16891). Where no answer of many fits the reference and they
 * agree on another one, or two teachers do, the reference is marked as suspect; only with `repair_gold` is it replaced.
 *
 * @param verdicts of the samples, in their order
 */
export async function reconsiderGold(
  worker: Worker,
  { problem, samples }: ProblemSamples,
  verdicts: Verdict[],
): Promise<Verdict[]> {
  if (problem.task === 'code' || problem.task === 'none') return verdicts
  const { majority } = worker.context.recipe.verify
  const voters = samples.flatMap((sample, index) => {
    const verdict = verdicts[index]!
    return sample.finish_state === 'complete' && isShortAnswer(verdict.extracted) ? [{ sample, verdict }] : []
  })
  if (voters.length === 0) return verdicts
  const same = sameAnswers(worker, problem)
  if (voters.every(({ verdict }) => verdict.verdict_rule === 'gold_unparseable')) {
    if (!majority) return verdicts
    const groups = await groupAnswers(voters.map(toVote), same)
    const label = majorityOf(groups, voters.length, { share: majority.min_share, votes: majority.min_votes })
    return label ? relabel(worker, problem, samples, verdicts, label.answer) : verdicts
  }
  if (verdicts.some(isCalledRight)) return verdicts
  const votes = voters.filter(({ verdict }) => verdict.verdict === 'incorrect').map(toVote)
  if (votes.length < 2) return verdicts
  const groups = await groupAnswers(votes, same)
  const other = speaksAgainst(groups, votes, voters.length)
  if (other === undefined) return verdicts
  const suspect = withFacts(verdicts, () => ({ gold_suspect: true }))
  const isEnough =
    majority &&
    majority.repair_gold &&
    other.votes.length >= majority.min_votes &&
    other.votes.length >= majority.min_share * voters.length
  if (!isEnough) return suspect
  const repaired = await relabel(worker, problem, samples, suspect, other.answer)
  return withFacts(repaired, () => ({ gold_repaired: true }))
}

function toVote({ sample, verdict }: { sample: VerifiedTrace; verdict: Verdict }): Vote {
  return { teacher: sample.model, answer: verdict.extracted }
}

/** The judge may have been asked and not be heard; its word is enough not to suspect the reference. */
function isCalledRight({ verdict, verdict_rule, verdict_judge }: Verdict): boolean {
  return [verdict, verdict_rule, verdict_judge].includes('correct')
}

function speaksAgainst(
  groups: readonly AnswerGroup[],
  votes: readonly Vote[],
  voters: number,
): AnswerGroup | undefined {
  const many =
    votes.length >= suspicion.checked
      ? majorityOf(groups, voters, { share: suspicion.share, votes: 1 })
      : undefined
  return many ?? agreedByTeachers(groups, votes)
}

function sameAnswers(worker: Worker, problem: Problem): SameAnswers {
  return async (answer, others) => {
    const checks = others.map((output) => ({ problem, output, answers: [answer], bare: true }))
    return (await checkAnswers(worker, checks)).map(({ verdict }) => verdict === 'correct')
  }
}

/** Checks every answer again as if the label were the reference; what the rules said of the source's own one stays. */
async function relabel(
  worker: Worker,
  problem: Problem,
  samples: readonly VerifiedTrace[],
  verdicts: readonly Verdict[],
  label: string,
): Promise<Verdict[]> {
  const answered = samples.filter((sample) => sample.answer.trim() !== '')
  const checks = answered.map(({ answer }) => ({ problem, output: answer, answers: [label] }))
  const results = new Map(
    (await checkAnswers(worker, checks)).map((result, index) => [answered[index]!.key, result]),
  )
  return withFacts(verdicts, ({ key }) => ({
    ...results.get(key),
    majority_answer: label,
    verdict_source: 'majority',
  }))
}

function withFacts(verdicts: readonly Verdict[], facts: (verdict: Verdict) => Partial<Verdict>): Verdict[] {
  return verdicts.map((verdict) => Object.assign({}, verdict, facts(verdict)))
}
