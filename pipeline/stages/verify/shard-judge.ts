import { join } from 'node:path'
import { sampleSeed, type Arm, type ChatRequest } from '../../../schemas/arm.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { BudgetSpentError, RunError, StoppedError } from '../../../schemas/errors.ts'
import type { Outcome } from '../../../schemas/journal.ts'
import type { VerdictValue, VerifierResult } from '../../../schemas/verdict.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import { buildRequest } from '../../../teachers/request/build-request.ts'
import { readAnswer } from '../../../teachers/reply/read-answer.ts'
import { judgeAnswer, readJudgement, type AskJudge } from '../../../verifiers/judge/judge.ts'
import type { AskedFor } from '../../engine/ask-journalled.ts'
import { askReported } from '../../engine/ask-reported.ts'
import type { Worker } from '../../engine/worker.ts'
import { knownOutcomes } from '../../../store/journal/known-outcomes.ts'
import type { JournalEntry } from '../../../store/journal/reader.ts'
import type { ShardJob } from '../stage.ts'
import { repairTornTails } from '../../../store/journal/torn-tail.ts'
import { openJournal, type JournalWriter } from '../../../store/journal/writer.ts'
import { judgeArmName, judgeArms } from '../../recipe/judge-arms.ts'
import type { JudgeSection } from '../../recipe/judge-section.ts'
import { journalFolder } from '../../../store/run/paths.ts'
import { userMessage } from '../../../problems/user-message.ts'
import { readAround } from '../shard-journal.ts'
import { isShortAnswer, type ProblemSample } from './samples.ts'

/** The judges of a recipe at work on one shard. */
export type ShardJudge = {
  /** The judges' verdict on each answer, `null` for those that they are not to be asked about. */
  judge(samples: readonly ProblemSample[], rules: readonly VerifierResult[]): Promise<(VerdictValue | null)[]>
  close(): Promise<void>
}

/**
 * Opens the journal of the judges for a shard. A question that has a reply on disk is never asked again: its key is the
 * hash of the request, so another threshold, policy or verifier finds the same replies, and equal answers of a problem
 * are one question. Before a request leaves and before its reply is used there is a line on disk.
 *
 * @returns `undefined` for a recipe without a judge
 */
export async function openShardJudge(
  worker: Worker,
  shard: number,
  lease: ShardJob['lease'],
): Promise<ShardJudge | undefined> {
  const { runFolder, recipe } = worker.context
  const { judge: section } = recipe.verify
  if (!section) return undefined
  const folder = journalFolder(runFolder, shard, 'judge')
  await repairTornTails(folder)
  const arms = judgeArms(recipe)
  const places = new Set<string>()
  const known = await knownOutcomes(judgeLines(worker.context, shard, places), judgementIn)
  const journal = openJournal(join(folder, lease?.attempt ?? worker.attempt), billOf, worker.requireAlive)
  const asked = new Map<string, Promise<VerdictValue>>()

  function asker(arm: Arm, member: number, problemId: string): AskJudge {
    return async (message) => {
      const request = buildRequest(arm, recipe.endpoints[arm.endpoint]!.dialect, message)
      const keys = judgeKeys(request, arm, places)
      const key = keys.find((each) => known.has(each)) ?? keys[0]!
      let judgement = known.get(key) ?? asked.get(key)
      if (judgement === undefined) {
        const line = {
          key,
          problem_id: problemId,
          arm: `${judgeArmName}@${arm.endpoint}`,
          sample_index: member,
          endpoint: arm.endpoint,
          model: arm.model,
        }
        judgement = askOnce(worker, journal, arm, request, line)
        asked.set(key, judgement)
      }
      return judgement
    }
  }

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
          arms.map((arm, member) => asker(arm, member, problem.id)),
        )
      })
      // What is in flight has been paid for: it is waited for and journalled even when the run is to end.
      const results = await Promise.allSettled([...judged, ...asked.values()])
      const reasons = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      )
      // A run that was told to stop says so, whatever else went wrong on the way.
      if (reasons.length > 0) throw reasons.find((reason) => reason instanceof StoppedError) ?? reasons[0]
      for (const [key, judgement] of asked) known.set(key, await judgement)
      asked.clear()
      return Promise.all(judged)
    },
    close: () => journal.close(),
  }
}

/** Replies that any shard may need: which problem a question was first asked for is no part of the question. */
async function* judgeLines(
  context: Worker['context'],
  shard: number,
  places: Set<string>,
): AsyncGenerator<JournalEntry> {
  for await (const entry of readAround(context, shard, 'judge')) {
    places.add(entry.line.arm.slice(judgeArmName.length + 1))
    yield entry
  }
}

/** The key of a question: what is asked; then as the first version had it, with the names that the endpoint had. */
function judgeKeys(
  request: ChatRequest,
  { revision, endpoint }: Pick<Arm, 'revision' | 'endpoint'>,
  places: ReadonlySet<string>,
): string[] {
  const former = [endpoint, ...places].map((place) =>
    hashOf({ v: 1, judge: request, endpoint: place, revision }),
  )
  return [hashOf({ v: 2, judge: request, revision }), ...former]
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

/** A judge that cannot answer a question decides nothing. */
function judgementIn(outcome: Outcome): VerdictValue {
  return outcome.type === 'answered' ? judgementOf(outcome.body) : 'undecided'
}

/** Marks of reasoning are read whatever the judge's mode, so that a Yes within its reasoning does not count. */
function judgementOf(body: unknown): VerdictValue {
  return readJudgement(readAnswer(body, { mode: 'non_thinking' }).answer)
}

async function askOnce(
  worker: Worker,
  journal: JournalWriter,
  arm: Arm,
  request: ChatRequest,
  asked: AskedFor,
): Promise<VerdictValue> {
  const endpoint = await worker.endpoint(arm.endpoint)
  const seed = sampleSeed(asked.key)
  let outcome: Outcome
  try {
    outcome = await askReported(worker, journal, { asked, whose: judgeArmName, arm }, (watched) =>
      endpoint.ask(request, { seed, arm, ...watched }),
    )
  } catch (error) {
    // Whatever this verdict is, the shard's part is not made: the other questions may have replies already.
    if (!worker.unjudged || !(error instanceof BudgetSpentError)) throw error
    worker.unjudged.add(asked.problem_id)
    return 'undecided'
  }
  if (outcome.type === 'answered') return judgementIn(outcome)
  const whose = `the judge ${arm.model} did not answer about problem ${asked.problem_id}: ${outcome.code}: ${outcome.message}`
  if (outcome.retryable) throw new RunError(`${whose}; no verdict was made of it`)
  worker.reporter.warn(`${whose}; its verdict is \`undecided\``)
  return judgementIn(outcome)
}
