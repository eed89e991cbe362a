import { openQueueJudge } from './queue-judge.ts'
import type { FindSource, QueueSource, SourceDeps } from './queue-source.ts'
import { isMark, openStartMarks } from './start-marks.ts'

/** The first starts may be slow ones (a connection, a model that is loaded): those after them find the server idle yet. */
const firstCeiling = 2

/** Any server that streams. The package that asks for streams is loaded now, so that no start holds the time for that. */
export const findStreams: FindSource = async (deps) => {
  await import('openai')
  return openStreamSource(deps)
}

/** Where answers are streamed, the first event of each shows that the server has begun to work on it. */
function openStreamSource({ max, now, here, judged }: SourceDeps): QueueSource {
  const judge = openQueueJudge({ max, first: firstCeiling })
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
