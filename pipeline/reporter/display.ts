import type { Figures } from '../../schemas/progress.ts'
import { createLiveView } from './live-view.ts'
import { createPlainLines } from './plain-lines.ts'
import { progressFrame } from './progress-frame.ts'

/** How the progress of a run is shown to people. */
export type Display = {
  start(): void
  /** Writes a permanent line, above what is drawn. */
  above(text: string): void
  stop(): void
}

const tickMs = 1000

/** Draws over itself: for a terminal. */
export function drawnDisplay(stream: NodeJS.WriteStream, figures: () => Figures): Display {
  const view = createLiveView(stream)
  return {
    start: () => view.show((room) => progressFrame(figures(), room)),
    above(text) {
      if (!view.above(text)) stream.write(text)
    },
    stop: () => view.stop(),
  }
}

/** A few lines now and then: for a pipe or a log file. */
export function plainDisplay(
  stream: NodeJS.WritableStream,
  figures: () => Figures,
  now: () => number,
): Display {
  const lines = createPlainLines((text) => void stream.write(text), now)
  let timer: NodeJS.Timeout | undefined
  return {
    start() {
      timer ??= setInterval(() => lines.tick(figures), tickMs).unref()
    },
    above: (text) => void stream.write(text),
    stop() {
      if (timer === undefined) return
      clearInterval(timer)
      timer = undefined
      const last = figures()
      if (last.arms.length > 0) lines.print(last)
    },
  }
}

/** Shows nothing of the progress. */
export function noDisplay(stream: NodeJS.WritableStream): Display {
  return { start: () => undefined, above: (text) => void stream.write(text), stop: () => undefined }
}
