import { openQueueJudge } from './queue-judge.ts'
import type { FindSource, QueueSource, SourceDeps } from './queue-source.ts'
import { isMark, openStartMarks } from './start-marks.ts'

/** The first starts may be slow ones (a connection, a model that is loaded): those after them find the server idle yet. */
const firstCeiling = 2

/**
 * So many answers and no start among them: a gateway collects each stream and hands it on as a whole, or the server does
 * not stream. A start is one that leaves a tenth of the answer's time behind it.
 */
const silent = { answers: 4, share: 0.9 }

/** Any server that streams. The package that asks for streams is loaded now, so that no start holds the time for that. */
export const findStreams: FindSource = async (deps) => {
  await import('openai')
  return openStreamSource(deps)
}

/** Where answers are streamed, the first event of each shows that the server has begun to work on it. */
function openStreamSource({ max, now, here, judged, lost }: SourceDeps): QueueSource {
  const judge = openQueueJudge({ max, first: firstCeiling })
  const marks = openStartMarks({ everyStart: true })
  let seen = false
  let unseen = 0

  function answered(startMs: number, ms: number): void {
    seen ||= startMs < silent.share * ms
    if (!seen && ++unseen >= silent.answers) lost()
  }

  return {
    name: 'the starts of streamed answers',
    judge,
    sent(atServer) {
      const order = marks.sent(now())
      const mark = { order, sentAt: now() }
      const round = judge.round()
      const isMarked = isMark(order, atServer, judge)
      let startMs = Infinity
      return {
        started() {
          startMs = now() - mark.sentAt
          marks.started(order, now())
          if (!isMarked) return
          judge.add(marks.look(mark, now(), here()), round)
          judged()
        },
        answered: ({ ms }) => answered(startMs, ms),
        gone: () => marks.gone(order),
      }
    },
  }
}
