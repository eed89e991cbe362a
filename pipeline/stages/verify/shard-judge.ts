import { join } from 'node:path'
import { sampleSeed, type Arm, type ChatRequest } from '../../../schemas/arm.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { RunError, StoppedError, TwinstillError } from '../../../schemas/errors.ts'
import type { Attempt, Intent, JournalLine } from '../../../schemas/journal.ts'
import type { VerdictValue, VerifierResult } from '../../../schemas/verdict.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import { buildRequest } from '../../../teachers/request/build-request.ts'
import type { AskResult } from '../../../teachers/endpoint/endpoint.ts'
import { readAnswer } from '../../../teachers/reply/read-answer.ts'
import { judgeAnswer, readJudgement, type AskJudge } from '../../../verifiers/judge/judge.ts'
import { progressOf } from '../../engine/budgeted-endpoint.ts'
import type { Engine } from '../../engine/engine.ts'
import { readJournal, repairTornTails } from '../../../store/journal/reader.ts'
import { openJournal } from '../../../store/journal/writer.ts'
import { judgeArmName, judgeArms } from '../../recipe/judge-arms.ts'
import type { JudgeSection } from '../../recipe/judge-section.ts'
import { journalFolder } from '../../../store/run/paths.ts'
import { userMessage } from '../../../problems/user-message.ts'
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
export async function openShardJudge(engine: Engine, shard: number): Promise<ShardJudge | undefined> {
  const { runFolder, recipe } = engine.context
  const { judge: section } = recipe.verify
  if (!section) return undefined
  const folder = journalFolder(runFolder, shard, 'judge')
  await repairTornTails(folder)
  const arms = judgeArms(recipe)
  const known = await knownJudgements(folder)
  const journal = openJournal(join(folder, engine.attempt))
  const asked = new Map<string, Promise<VerdictValue>>()

  function asker(arm: Arm, member: number, problemId: string): AskJudge {
    return async (message) => {
      const request = buildRequest(arm, recipe.endpoints[arm.endpoint]!.dialect, message)
      const key = hashOf({ v: 1, judge: request, endpoint: arm.endpoint, revision: arm.revision })
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
        judgement = askOnce(engine, arm, request, line, (entry) => journal.append(entry))
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
      const settled = await Promise.allSettled([...judged, ...asked.values()])
      const reasons = settled.flatMap((result) =>
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

async function knownJudgements(folder: string): Promise<Map<string, VerdictValue>> {
  const known = new Map<string, VerdictValue>()
  for await (const { line } of readJournal(folder)) {
    if (line.type === 'answered') known.set(line.key, judgementOf(line.body))
    else if (line.type === 'failed' && !line.retryable && !known.has(line.key))
      known.set(line.key, 'undecided')
  }
  return known
}

/** Marks of reasoning are read whatever the judge's mode, so that a Yes within its reasoning does not count. */
function judgementOf(body: unknown): VerdictValue {
  return readJudgement(readAnswer(body, { mode: 'non_thinking' }).answer)
}

type LineOf = Omit<Intent, 'type' | 'at'>

async function askOnce(
  engine: Engine,
  arm: Arm,
  request: ChatRequest,
  line: LineOf,
  append: (entry: JournalLine) => Promise<void>,
): Promise<VerdictValue> {
  const endpoint = await engine.endpoint(arm.endpoint)
  let sent = false
  const tries: Attempt[] = []
  let result: AskResult
  try {
    result = await endpoint.ask(request, {
      seed: sampleSeed(line.key),
      signal: engine.stop.abandon,
      onSend: async () => {
        await append({ type: 'intent', ...line, at: engine.now() })
        sent = true
      },
      onAttempt: (attempt) => tries.push(attempt),
    })
  } catch (error) {
    // As for a sample: only requests given up in flight stay without an outcome.
    if (sent && error instanceof TwinstillError && !engine.stop.abandon.aborted) {
      const { message } = error
      const refused = { code: 'refused', message, retryable: true }
      await append({ type: 'failed', ...line, at: engine.now(), attempts: tries, ...refused })
    }
    throw error
  }
  const { attempts } = result
  if (result.ok) {
    const { body } = result
    await append({ type: 'answered', ...line, at: engine.now(), attempts, body })
    engine.reporter.advance(progressOf(engine, arm, billOf(attempts, body)))
    return judgementOf(body)
  }
  const { code, message, retryable } = result
  await append({ type: 'failed', ...line, at: engine.now(), attempts, code, message, retryable })
  const whose = `the judge ${arm.model} did not answer about problem ${line.problem_id}: ${code}: ${message}`
  if (retryable) throw new RunError(`${whose}; no verdict was made of it`)
  engine.reporter.warn(`${whose}; its verdict is \`undecided\``)
  return 'undecided'
}
