import type { VerdictValue, VerifierResult } from '../../../schemas/verdict.ts'
import { judgeAnswer, readJudgement, type AskJudge } from '../../../verifiers/judge/judge.ts'
import type { Worker } from '../../engine/worker.ts'
import { judgeArmName, judgeArms } from '../../recipe/judge-arms.ts'
import type { JudgeSection } from '../../recipe/judge-section.ts'
import { userMessage } from '../../../problems/user-message.ts'
import type { ShardJob } from '../stage.ts'
import { openQuestions, type QuestionKind } from '../questions.ts'
import { isShortAnswer, type ProblemSample } from './samples.ts'

/** The judges of a recipe at work on one shard. */
export type ShardJudge = {
  /** The judges' verdict on each answer, `null` for those that they are not to be asked about. */
  judge(samples: readonly ProblemSample[], rules: readonly VerifierResult[]): Promise<(VerdictValue | null)[]>
  close(): Promise<void>
}

/** A judge that cannot answer a question decides nothing. */
const judgements: QuestionKind<VerdictValue> = {
  journal: 'judge',
  whose: judgeArmName,
  read: readJudgement,
  none: 'undecided',
  failure: { retryable: 'no verdict was made of it', final: 'its verdict is `undecided`' },
  canWait: true,
}

/**
 * Opens the judges of a recipe for a shard. Another threshold, policy or verifier finds the same replies, and equal answers
 * of a problem are one question.
 *
 * @returns `undefined` for a recipe without a judge
 */
export async function openShardJudge(
  worker: Worker,
  shard: number,
  lease: ShardJob['lease'],
): Promise<ShardJudge | undefined> {
  const { recipe } = worker.context
  const { judge: section } = recipe.verify
  if (!section) return undefined
  const arms = judgeArms(recipe)
  const questions = await openQuestions(worker, { shard, lease }, judgements)
  return {
    async judge(samples, rules) {
      const judged = samples.map(async ({ problem, sample }, index) => {
        const rule = rules[index]!
        if (!isForJudge(section, { problem, sample }, rule)) return null
        const question = {
          question: userMessage(problem, {}),
          golds: problem.answers,
          answer: rule.extracted,
        }
        return judgeAnswer(
          question,
          arms.map(
            (arm, member): AskJudge =>
              (message) =>
                questions.put(arm, member, problem.id, message),
          ),
        )
      })
      await questions.settle(judged)
      return Promise.all(judged)
    },
    close: () => questions.close(),
  }
}

const ruleVerdicts: Record<JudgeSection['when'], readonly VerdictValue[]> = {
  rule_negative: ['incorrect', 'undecided'],
  undecided: ['undecided'],
  all: ['correct', 'incorrect', 'undecided'],
}

/** A judge compares two final answers: it is of no use where one is missing, and a trace that was cut off has none. */
function isForJudge(
  { when }: JudgeSection,
  { problem, sample }: ProblemSample,
  rule: VerifierResult,
): boolean {
  return (
    problem.task !== 'code' &&
    problem.task !== 'none' &&
    problem.answers.length > 0 &&
    sample.finish_state === 'complete' &&
    isShortAnswer(rule.extracted) &&
    ruleVerdicts[when].includes(rule.verdict)
  )
}
