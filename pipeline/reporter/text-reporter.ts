import { styleText } from 'node:util'
import type { Figures } from '../../schemas/progress.ts'
import { drawnDisplay, noDisplay, plainDisplay } from './display.ts'
import { canDraw } from './output-streams.ts'
import { printable } from './printable.ts'
import type { Reporter } from './reporter.ts'
import { createTally, type Tally } from './tally.ts'
import { createTransferDisplay } from './transfer.ts'

export type TextOptions = {
  now: () => number
  environment: Record<string, string | undefined>
  /** Whether progress is drawn, printed in lines or not shown; by what the stream is unless given. */
  shown?: 'tty' | 'plain' | 'off' | undefined
  tally?: Tally
}

/**
 * Text on stderr: on a terminal a view that draws over itself, elsewhere a few lines now and then. Results go to stdout.
 */
export function createTextReporter(
  stderr: NodeJS.WriteStream,
  stdout: NodeJS.WritableStream,
  { now, environment, shown, tally = createTally(now) }: TextOptions,
): Reporter {
  let source = (): Figures => tally.figures()
  const figures = (): Figures => source()
  const form = shown ?? (canDraw(stderr, environment) ? 'tty' : 'plain')
  const display =
    form === 'tty'
      ? drawnDisplay(stderr, figures)
      : form === 'plain'
        ? plainDisplay(stderr, figures, now)
        : noDisplay(stderr)
  const transfers = createTransferDisplay(stderr, form, now)
  const write = (text: string): void => {
    if (!transfers.above(`${text}\n`)) display.above(`${text}\n`)
  }
  let begun = false
  const begin = (): void => {
    begun = true
    display.start()
  }
  const end = (): void => {
    begun = false
    transfers.stop()
    display.stop()
  }
  return {
    start(command, totals) {
      tally.begin(command, totals)
      if (Object.values(totals.samples).some((samples) => samples > 0)) begin()
    },
    advance(step) {
      tally.add(step)
      // Judges may ask where no arm does.
      if (!begun && 'arm' in step) begin()
    },
    show(figures) {
      source = figures
      begin()
    },
    transfer: (step) => transfers.update(step),
    note: (text) => write(printable(text)),
    warn: (text) =>
      write(
        `${form === 'tty' ? styleText('yellow', 'warning:', { stream: stderr }) : 'warning:'} ${printable(text).replaceAll('\n', ' ')}`,
      ),
    result(_kind, _data, text) {
      end()
      stdout.write(`${printable(text)}\n`)
    },
    stop: end,
  }
}
