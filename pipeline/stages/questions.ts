import { join } from 'node:path'
import { sampleSeed, type Arm, type ChatRequest } from '../../schemas/arm.ts'
import { hashOf } from '../../schemas/canonical.ts'
import { BudgetSpentError, RunError, StoppedError } from '../../schemas/errors.ts'
import type { Outcome } from '../../schemas/journal.ts'
import { knownOutcomes } from '../../store/journal/known-outcomes.ts'
import type { JournalEntry } from '../../store/journal/reader.ts'
import { repairTornTails } from '../../store/journal/torn-tail.ts'
import { openJournal, type JournalWriter } from '../../store/journal/writer.ts'
import { journalFolder } from '../../store/run/paths.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { buildRequest } from '../../teachers/request/build-request.ts'
import type { AskedFor } from '../engine/ask-journalled.ts'
import { askReported } from '../engine/ask-reported.ts'
import type { Worker } from '../engine/worker.ts'
import { judgeArmName } from '../recipe/judge-arms.ts'
import { readAround } from './shard-journal.ts'
import type { ShardJob } from './stage.ts'

/** What is asked of models that judge, and how their replies are read. */
export type QuestionKind<Reply> = {
  /** The folder of its journal. */
  journal: 'judge' | 'classify'
  /** The name that its requests are shown under. */
  whose: string
  /** Reads a reply without its reasoning. */
  read: (this: void, reply: string) => Reply
  /** Stands for the reply of a model that cannot answer. */
  none: Reply
  /** What follows from a failure, for the error and for the warning. */
  failure: { retryable: string; final: string }
  /** Whether problems that the budget has no room for may be set aside, where the worker gathers them. */
  canWait: boolean
}

/** Questions to the judges of a recipe about the problems of one shard. */
export type Questions<Reply> = {
  /** @param member which of several judges the arm is */
  put(arm: Arm, member: number, problemId: string, message: string): Promise<Reply>
  /**
   * Waits for everything that is under way: it has been paid for, so it is journalled even when the run is to end.
   *
   * @throws what went wrong first; that the run was told to stop, whatever else went wrong on the way
   */
  settle(waiting: readonly Promise<unknown>[]): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the journal of such questions for a shard. A question that has a reply on disk is never asked again: its key is
 * the hash of the request, and equal questions are one. Before a request leaves and before its reply is used there is a
 * line on disk.
 */
export async function openQuestions<Reply>(
  worker: Worker,
  { shard, lease }: { shard: number; lease?: ShardJob['lease'] | undefined },
  kind: QuestionKind<Reply>,
): Promise<Questions<Reply>> {
  const { runFolder, recipe } = worker.context
  const folder = journalFolder(runFolder, shard, kind.journal)
  await repairTornTails(folder)
  const places = new Set<string>()
  const lines = questionLines(worker.context, shard, kind.journal, places)
  const known = await knownOutcomes(lines, (outcome) => replyIn(outcome, kind))
  const journal = openJournal(join(folder, lease?.attempt ?? worker.attempt), billOf, worker.requireAlive)
  const asked = new Map<string, Promise<Reply>>()
  return {
    async put(arm, member, problemId, message) {
      const request = buildRequest(arm, recipe.endpoints[arm.endpoint]!.dialect, message)
      const keys = questionKeys(request, arm, places)
      const key = keys.find((each) => known.has(each)) ?? keys[0]!
      let reply: Reply | Promise<Reply> | undefined = known.get(key) ?? asked.get(key)
      if (reply === undefined) {
        const line = {
          key,
          problem_id: problemId,
          arm: `${judgeArmName}@${arm.endpoint}`,
          sample_index: member,
          endpoint: arm.endpoint,
          model: arm.model,
        }
        const asking = askOnce(worker, journal, { arm, request, line, kind })
        asked.set(key, asking)
        reply = asking
      }
      return reply
    },
    async settle(waiting) {
      const results = await Promise.allSettled([...waiting, ...asked.values()])
      const reasons = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      )
      if (reasons.length > 0) throw reasons.find((reason) => reason instanceof StoppedError) ?? reasons[0]
      for (const [key, reply] of asked) known.set(key, await reply)
      asked.clear()
    },
    close: () => journal.close(),
  }
}

/** Replies that any shard may need: which problem a question was first asked for is no part of the question. */
async function* questionLines(
  context: Worker['context'],
  shard: number,
  journal: 'judge' | 'classify',
  places: Set<string>,
): AsyncGenerator<JournalEntry> {
  for await (const entry of readAround(context, shard, journal)) {
    places.add(entry.line.arm.slice(judgeArmName.length + 1))
    yield entry
  }
}

/** The key of a question: what is asked; then as the first version had it, with the names that the endpoint had. */
function questionKeys(
  request: ChatRequest,
  { revision, endpoint }: Pick<Arm, 'revision' | 'endpoint'>,
  places: ReadonlySet<string>,
): string[] {
  const former = [endpoint, ...places].map((place) =>
    hashOf({ v: 1, judge: request, endpoint: place, revision }),
  )
  return [hashOf({ v: 2, judge: request, revision }), ...former]
}

/** Marks of reasoning are read whatever the judge's mode, so that a word within its reasoning does not count. */
function replyIn<Reply>(outcome: Outcome, { read, none }: QuestionKind<Reply>): Reply {
  return outcome.type === 'answered' ? read(readAnswer(outcome.body, { mode: 'non_thinking' }).answer) : none
}

async function askOnce<Reply>(
  worker: Worker,
  journal: JournalWriter,
  { arm, request, line, kind }: { arm: Arm; request: ChatRequest; line: AskedFor; kind: QuestionKind<Reply> },
): Promise<Reply> {
  const endpoint = await worker.endpoint(arm.endpoint)
  const seed = sampleSeed(line.key)
  let outcome: Outcome
  try {
    outcome = await askReported(worker, journal, { asked: line, whose: kind.whose, arm }, (watched) =>
      endpoint.ask(request, { seed, arm, ...watched }),
    )
  } catch (error) {
    // Whatever this reply is, the shard's part is not made: the other questions may have replies already.
    if (!kind.canWait || !worker.unjudged || !(error instanceof BudgetSpentError)) throw error
    worker.unjudged.add(line.problem_id)
    return kind.none
  }
  if (outcome.type === 'answered') return replyIn(outcome, kind)
  const whose = `the judge ${arm.model} did not answer about problem ${line.problem_id}: ${outcome.code}: ${outcome.message}`
  if (outcome.retryable) throw new RunError(`${whose}; ${kind.failure.retryable}`)
  worker.reporter.warn(`${whose}; ${kind.failure.final}`)
  return kind.none
}
