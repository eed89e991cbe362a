import { isObject, parseJson } from '../json.ts'
import { besideApi } from './gauge-page.ts'
import { openQueueJudge } from './queue-judge.ts'
import type { FindSource, QueueSource, SourceDeps } from './queue-source.ts'

/** A quarter more than it works on, so that it never runs dry. */
const share = 1.25

/** One look is the mean of so many answers, one of each sixteen that may be there. */
const oneIn = 16

/**
 * llama.cpp says how many requests it works on at the same time (`total_slots` in `/props`), and with each answer how long
 * it worked on that one (`timings`), so the rest of the time it waited. By Little's law the share of the time is the share of
 * the requests: this corrects a number of slots that is that of one of several servers.
 */
export const findSlots: FindSource = async (deps, _, signal) => {
  if (deps.dialect.statesSlots !== true) return undefined
  const slots = await fetchSlots(deps, signal)
  return slots === undefined ? undefined : openSlotSource(deps, slots)
}

async function fetchSlots(
  { transport, baseUrl }: SourceDeps,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const response = await transport.fetch(besideApi(baseUrl, '/props'), { signal })
    const body = parseJson(await response.text())
    const slots = isObject(body) ? body['total_slots'] : undefined
    return response.ok && typeof slots === 'number' && slots >= 1 ? slots : undefined
  } catch {
    // Whether the server can be reached shows in the first answer.
    return undefined
  }
}

function openSlotSource({ max, here, judged }: SourceDeps, slots: number): QueueSource {
  const judge = openQueueJudge({ max, first: Math.ceil(share * slots), doubles: false })
  const sum = { answers: 0, workedMs: 0, ms: 0 }

  function take(worked: number, ms: number, round: number): void {
    sum.answers += 1
    sum.workedMs += worked
    sum.ms += ms
    if (sum.answers < judge.ceiling() / oneIn) return
    judge.add({ waiting: here() * Math.max(0, 1 - sum.workedMs / sum.ms), here: here() }, round)
    Object.assign(sum, { answers: 0, workedMs: 0, ms: 0 })
    judged()
  }

  return {
    name: `/props, which states ${slots} slots`,
    judge,
    sent() {
      const round = judge.round()
      return {
        answered({ ms, body }) {
          const worked = workedMs(body)
          if (worked !== undefined && ms > 0 && round === judge.round()) take(worked, ms, round)
        },
      }
    },
  }
}

/** How long the server worked on an answer, in milliseconds. */
function workedMs(body: unknown): number | undefined {
  const timings = isObject(body) ? body['timings'] : undefined
  if (!isObject(timings)) return undefined
  const [prompt, predicted] = [timings['prompt_ms'], timings['predicted_ms']]
  return typeof prompt === 'number' && typeof predicted === 'number' ? prompt + predicted : undefined
}
