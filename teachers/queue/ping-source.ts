import { randomUUID } from 'node:crypto'
import type { ChatRequest } from '../../schemas/arm.ts'
import { openPings } from './pings.ts'
import { openQueueJudge } from './queue-judge.ts'
import type { FindSource, QueueSource, SourceDeps } from './queue-source.ts'
import { openStartMarks, type StartMarks } from './start-marks.ts'

/** Before the first request, so that their time holds what the requests of others make them wait. */
const idlePings = 3

/** Where the first token takes as long as half an answer, one slow request looks like a queue. */
const patience = 2

/** So many in a row that bring nothing show nothing. */
const mostFailures = 3

/** Requests for one token of our own, one after another: the end of one shows that the server has begun to work on it. */
export const findPings: FindSource = async (deps, request, signal) => {
  const marks = openStartMarks({ everyStart: false })
  for (let index = 0; index < idlePings && !signal.aborted; index++) {
    const sentAt = deps.now()
    if (!(await ping(deps, request, signal))) break
    marks.idleStart(deps.now() - sentAt)
  }
  return openPingSource(deps, request, marks)
}

function openPingSource(deps: SourceDeps, { model }: ChatRequest, marks: StartMarks): QueueSource {
  const { max, now, here, signal } = deps
  const judge = openQueueJudge({ max, patience })
  const pings = openPings()
  let failures = 0

  function pingIfDue(): void {
    const state = {
      ceiling: judge.ceiling(),
      inFlight: here(),
      doubling: judge.doubling(),
      looks: judge.looks(),
    }
    if (!signal.aborted && pings.due(now(), state)) void pingOnce()
  }

  async function pingOnce(): Promise<void> {
    const order = marks.sent(now())
    // It waits in the same queue, and is none of the requests that are counted.
    marks.gone(order)
    const mark = { order, sentAt: now() }
    const [round, ours] = [judge.round(), here()]
    pings.sent(now())
    const answered = await ping(deps, { model }, signal)
    pings.ended()
    if (signal.aborted) return
    failures = answered ? 0 : failures + 1
    if (failures >= mostFailures) {
      deps.lost()
      return
    }
    if (answered && ours > 0) {
      judge.add(marks.look(mark, now(), ours), round)
      deps.judged()
    }
    pingIfDue()
  }

  return {
    name: 'requests of its own for one token',
    judge,
    sent() {
      const order = marks.sent(now())
      queueMicrotask(pingIfDue)
      return {
        answered: () => pings.answered(),
        gone() {
          marks.gone(order)
          pingIfDue()
        },
      }
    },
  }
}

/** Whether one was answered. Each has other words, because an answer out of a cache would show nothing. */
async function ping(
  { transport }: Pick<SourceDeps, 'transport'>,
  { model }: Pick<ChatRequest, 'model'>,
  signal: AbortSignal,
): Promise<boolean> {
  const content = `Answer with one word (${randomUUID()}).`
  const request: ChatRequest = { model, messages: [{ role: 'user', content }], max_tokens: 1 }
  try {
    // The bytes are taken off the connection, which is then free for another request.
    for await (const _ of await transport.send(request, signal));
    return true
  } catch {
    // What is wrong with the server shows in the answers that are waited for.
    return false
  }
}
