import { openQueueJudge } from './queue-judge.ts'
import type { QueueSource, SourceDeps } from './queue-source.ts'
import { isMark, openStartMarks } from './start-marks.ts'

/** Where answers are streamed, the first event of each shows that the server has begun to work on it. */
export function openStreamSource({ max, now, here, judged }: SourceDeps): QueueSource {
  const judge = openQueueJudge({ max })
  const marks = openStartMarks({ everyStart: true })
  return {
    name: 'the starts of streamed answers',
    judge,
    sent(atServer) {
      const order = marks.sent(now())
      const mark = { order, sentAt: now() }
      const round = judge.round()
      const isMarked = isMark(order, atServer, judge)
      return {
        started() {
          marks.started(order, now())
          if (!isMarked) return
          judge.add(marks.look(mark, now(), here()), round)
          judged()
        },
        gone: () => marks.gone(order),
      }
    },
  }
}
