import { styleText } from 'node:util'
import type ansiEscapes from 'ansi-escapes'
import type { createLogUpdate } from 'log-update'
import type { Frame } from './progress-frame.ts'
import { widthOf } from './side-by-side.ts'

/** Lines at the bottom of a terminal that are drawn anew in the same place. */
export type LiveView = {
  /** Draws the lines that `frame` gives for the room that there is, and draws them again twice a second. */
  show(frame: (room: { width: number; height: number }) => Frame): void
  /** Writes a permanent line above them; returns `false` when nothing is shown. */
  above(text: string): boolean
  /** Draws once more and leaves the lines where they are. */
  stop(): void
}

const everyMs = 500

type Drawing = { log: ReturnType<typeof createLogUpdate>; escapes: typeof ansiEscapes }

/** The libraries that draw are loaded when something is drawn: most commands draw nothing, and each of them would wait. */
async function loadDrawing(stream: NodeJS.WriteStream): Promise<Drawing> {
  const [{ createLogUpdate: create }, { default: escapes }] = await Promise.all([
    import('log-update'),
    import('ansi-escapes'),
  ])
  return { log: create(stream), escapes }
}

export function createLiveView(stream: NodeJS.WriteStream): LiveView {
  let frameOf: Parameters<LiveView['show']>[0] | undefined
  let timer: NodeJS.Timeout | undefined
  let widths: number[] = []
  let drawing: Drawing | undefined
  let loading: Promise<void> | undefined

  async function load(): Promise<void> {
    drawing = await loadDrawing(stream)
    draw()
  }

  function textOf(frame: Frame): string {
    return frame.map(({ text, isHead }) => (isHead ? styleText('dim', text, { stream }) : text)).join('\n')
  }

  function nextFrame(): Frame {
    // The last column stays empty: some terminals go on in the next line there.
    return frameOf?.({ width: (stream.columns || 80) - 1, height: (stream.rows || 24) - 1 }) ?? []
  }

  function draw(): void {
    if (!frameOf || !drawing) return
    const frame = nextFrame()
    widths = frame.map(({ text }) => widthOf(text))
    drawing.log(textOf(frame))
  }

  /** A terminal that became narrower has broken our lines in two, and the library would leave the upper halves. */
  function resize(): void {
    const more = widths.reduce((rows, width) => rows + Math.max(0, Math.ceil(width / stream.columns) - 1), 0)
    if (!drawing) return
    drawing.log.clear()
    stream.write((drawing.escapes.cursorUp() + drawing.escapes.eraseLine).repeat(more))
    draw()
  }

  /** Nobody sees it any more: the terminal was closed. */
  function end(): void {
    clearInterval(timer)
    stream.off('resize', resize)
    stream.off('error', end)
    stream.off('close', end)
    frameOf = undefined
  }

  return {
    show(next) {
      const isNew = frameOf === undefined
      frameOf = next
      if (!isNew) return
      loading ??= load()
      draw()
      timer = setInterval(draw, everyMs)
      timer.unref()
      stream.on('resize', resize).on('error', end).on('close', end)
    },
    above(text) {
      if (!frameOf || !drawing) return false
      drawing.log.clear()
      stream.write(text)
      draw()
      return true
    },
    stop() {
      if (!frameOf) return
      if (drawing) draw()
      // It ended before the libraries were there.
      else stream.write(`${textOf(nextFrame())}\n`)
      end()
      drawing?.log.done()
    },
  }
}
