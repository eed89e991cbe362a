import { createLiveView } from './live-view.ts'
import { cut } from './side-by-side.ts'

/** The progress of a transfer; `unit` says what is counted. */
export type Transfer = { phase: string; done: number; total: number; unit: 'bytes' | 'files' }

export type TransferFigures = Transfer & {
  /** Units a second since the phase began. */
  rate: number
  /** Seconds to the end at this rate; `null` before anything has moved. */
  eta_seconds: number | null
}

/** Derives rate and remaining time; a new phase begins a new count. */
export function createTransferTally(now: () => number): (step: Transfer) => TransferFigures {
  let phase = ''
  let startedAt = 0
  let startedWith = 0
  return (step) => {
    if (step.phase !== phase) {
      phase = step.phase
      startedAt = now()
      startedWith = step.done
    }
    const seconds = Math.max(0.001, (now() - startedAt) / 1000)
    const rate = (step.done - startedWith) / seconds
    return { ...step, rate, eta_seconds: rate > 0 ? Math.max(0, step.total - step.done) / rate : null }
  }
}

const plainEveryMs = 5000

export type TransferDisplay = {
  update(step: Transfer): void
  /** Writes a permanent line above the bar; returns `false` when there is no bar. */
  above(text: string): boolean
  stop(): void
}

/** A bar on a terminal, a plain line every five seconds elsewhere. */
export function createTransferDisplay(
  stream: NodeJS.WriteStream,
  form: 'tty' | 'plain' | 'off',
  now: () => number,
): TransferDisplay {
  const figuresOf = createTransferTally(now)
  if (form === 'off') return { update: () => undefined, above: () => false, stop: () => undefined }
  return form === 'tty' ? barDisplay(stream, figuresOf) : plainDisplay(stream, figuresOf, now)
}

type FiguresOf = (step: Transfer) => TransferFigures

function barDisplay(stream: NodeJS.WriteStream, figuresOf: FiguresOf): TransferDisplay {
  const view = createLiveView(stream)
  let figures: TransferFigures | undefined
  return {
    update(step) {
      if (figures && figures.phase !== step.phase) view.stop()
      figures = figuresOf(step)
      view.show(({ width }) => [{ text: cut(barText(figures!, width), width) }])
    },
    above: (text) => view.above(text),
    stop() {
      view.stop()
      figures = undefined
    },
  }
}

/** The longest phase and its figures must fit beside the bar. */
function barText(figures: TransferFigures, width: number): string {
  const cells = Math.max(4, Math.min(24, width - 65))
  const full = figures.total === 0 ? cells : Math.floor((cells * figures.done) / figures.total)
  return `${figures.phase} ${'█'.repeat(full)}${'░'.repeat(cells - full)} ${facts(figures)}`
}

function plainDisplay(
  stream: NodeJS.WritableStream,
  figuresOf: FiguresOf,
  now: () => number,
): TransferDisplay {
  let last: Transfer | undefined
  let lastAt = now()
  return {
    update(step) {
      const figures = figuresOf(step)
      const ended = step.done >= step.total && (last?.phase !== step.phase || last.done < last.total)
      if (!ended && now() - lastAt < plainEveryMs) return
      lastAt = now()
      last = step
      stream.write(`${step.phase} ${facts(figures)}\n`)
    },
    above: () => false,
    stop: () => undefined,
  }
}

function facts({ done, total, unit, rate, eta_seconds }: TransferFigures): string {
  const amount = (value: number): string => (unit === 'bytes' ? byteText(value) : String(Math.round(value)))
  const share = total === 0 ? 100 : Math.floor((100 * done) / total)
  const parts = [`${amount(done)} of ${amount(total)}${unit === 'files' ? ' files' : ''}`, `${share} %`]
  if (rate > 0 && unit === 'bytes') parts.push(`${byteText(rate)}/s`)
  if (eta_seconds !== null && eta_seconds >= 1) parts.push(`ETA ${Math.ceil(eta_seconds)} s`)
  return parts.join('  ')
}

/** Bytes in powers of 1,000, as the Hub shows them. */
export function byteText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value.toFixed(unit === 0 || value >= 99.95 ? 0 : 1)} ${units[unit]}`
}
