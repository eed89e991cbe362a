import { styleText } from 'node:util'
import cliProgress from 'cli-progress'
import { canDraw } from './output-streams.ts'
import { printable } from './printable.ts'
import type { Progress, Reporter, Totals } from './reporter.ts'
import { createTally, type Figures } from './tally.ts'
import { createTransferDisplay } from './transfer.ts'

const plainEveryMs = 5000

/**
 * Text on stderr: progress bars on a terminal, a plain line every five seconds in a pipe or a log file. Results go
 * to stdout.
 */
export function createTextReporter(
  stderr: NodeJS.WriteStream,
  stdout: NodeJS.WritableStream,
  { now, environment }: { now: () => number; environment: Record<string, string | undefined> },
): Reporter {
  const progress = createTally(now)
  const draws = canDraw(stderr, environment)
  const display = draws ? barDisplay(stderr) : plainDisplay(stderr, now)
  const transfers = createTransferDisplay(stderr, draws, now)
  const write = (text: string): void => {
    if (!transfers.above(`${text}\n`)) display.above(`${text}\n`)
  }
  return {
    start(_command: string, totals: Totals) {
      progress.begin(totals)
      display.start(progress.figures())
    },
    advance(step: Progress) {
      progress.add(step)
      display.update(progress.figures())
    },
    transfer: (step) => transfers.update(step),
    note: (text) => write(printable(text)),
    warn: (text) =>
      write(
        `${draws ? styleText('yellow', 'warning:', { stream: stderr }) : 'warning:'} ${printable(text).replaceAll('\n', ' ')}`,
      ),
    result(_kind, _data, text) {
      transfers.stop()
      display.stop(progress.figures())
      stdout.write(`${printable(text)}\n`)
    },
    stop() {
      transfers.stop()
      display.stop(progress.figures())
    },
  }
}

/** A line that is longer than the terminal is wide is written over the bars, which are drawn again below it. */
const eraseBelow = '\u001B[J'

type Display = {
  start(figures: Figures): void
  update(figures: Figures): void
  /** Writes a permanent line, above the bars where there are any. */
  above(text: string): void
  stop(figures: Figures): void
}

function barDisplay(stream: NodeJS.WriteStream): Display {
  let bars: cliProgress.MultiBar | undefined
  let samples: cliProgress.SingleBar | undefined
  let shards: cliProgress.SingleBar | undefined
  return {
    start(figures) {
      if (bars || figures.samples_total === 0) return
      bars = new cliProgress.MultiBar(
        {
          stream,
          clearOnComplete: false,
          hideCursor: true,
          // Lines above the bars may be longer than the terminal is wide; bars are cut to fit.
          linewrap: true,
          forceRedraw: true,
          autopadding: true,
          barsize: 24,
        },
        cliProgress.Presets.shades_classic,
      )
      samples = bars.create(
        figures.samples_total,
        figures.samples,
        { facts: facts(figures) },
        {
          format: 'answers {bar} {value}/{total}  {facts}',
        },
      )
      shards = bars.create(
        figures.shards_total,
        figures.shards,
        {},
        { format: 'shards  {bar} {value}/{total}' },
      )
    },
    update(figures) {
      samples?.setTotal(figures.samples_total)
      samples?.update(figures.samples, { facts: facts(figures) })
      shards?.update(figures.shards)
    },
    above(text) {
      if (bars) bars.log(`${eraseBelow}${text}`)
      else stream.write(text)
    },
    stop(figures) {
      this.update(figures)
      // Stopping alone would lose the lines that wait for the next drawing.
      bars?.update()
      bars?.stop()
      bars = undefined
    },
  }
}

function plainDisplay(stream: NodeJS.WritableStream, now: () => number): Display {
  let lastAt = 0
  let lastText = ''
  let started = false
  const print = (figures: Figures): void => {
    const text =
      `answers ${figures.samples}/${figures.samples_total}  shards ${figures.shards}/${figures.shards_total}  ${facts(figures)}`.trimEnd()
    if (text !== lastText) stream.write(`${text}\n`)
    lastText = text
    lastAt = now()
  }
  return {
    start() {
      started = true
      lastAt = now()
    },
    update(figures) {
      if (now() - lastAt >= plainEveryMs) print(figures)
    },
    above: (text) => void stream.write(text),
    stop(figures) {
      if (started && figures.samples_total > 0) print(figures)
      started = false
    },
  }
}

function facts(figures: Figures): string {
  const { rate, completion_tokens, cost_usd, eta_seconds, in_flight, in_flight_limit } = figures
  const isAsking = rate > 0 || completion_tokens > 0
  const parts = isAsking ? [`${rate.toFixed(1)}/s`, `${compact(completion_tokens)} tokens`] : []
  if (in_flight > 0) parts.push(`${in_flight}/${in_flight_limit} in flight`)
  if (cost_usd > 0) parts.push(`$${cost_usd.toFixed(cost_usd < 10 ? 3 : 2)}`)
  if (eta_seconds !== null && eta_seconds > 0) parts.push(`ETA ${duration(eta_seconds)}`)
  return parts.join('  ')
}

function compact(count: number): string {
  return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(count)
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)}s`
  if (seconds < 5400) return `${Math.ceil(seconds / 60)}min`
  return `${(seconds / 3600).toFixed(1)}h`
}
