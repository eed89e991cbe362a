import type { Writable } from 'node:stream'
import type { Figures } from '../../schemas/progress.ts'
import { printableJson } from '../../schemas/printable-json.ts'
import { printable } from './printable.ts'
import type { Reporter } from './reporter.ts'
import { createTally, type Tally } from './tally.ts'
import { createTransferTally } from './transfer.ts'

const everyMs = 1000

export type JsonOptions = {
  tally?: Tally
  /** Whether progress is printed; `true` unless given. */
  progress?: boolean
  /** Where results go instead, as text. */
  results?: Writable
}

/**
 * JSON lines, each with `type` and `at` (milliseconds since 1970). Progress once a second while anything changes;
 * `docs/progress.schema.json` has its form.
 */
export function createJsonReporter(
  stream: Writable,
  now: () => number,
  { tally = createTally(now), progress = true, results }: JsonOptions = {},
): Reporter {
  const transferFigures = createTransferTally(now)
  let transferredAt = 0
  let timer: NodeJS.Timeout | undefined
  let last = ''
  let source = (): Figures => tally.figures()
  const line = (type: string, data: object): void => {
    stream.write(`${printableJson({ type, at: now(), ...data })}\n`)
  }
  const emitProgress = (): void => {
    const figures = source()
    const { elapsed_seconds: _elapsed, ...rest } = figures
    const key = JSON.stringify(rest)
    if (key === last) return
    last = key
    line('progress', figures)
  }
  const follow = (): void => {
    if (progress) timer ??= setInterval(emitProgress, everyMs).unref()
  }
  return {
    start(command, totals) {
      tally.begin(command, totals)
      const { samples } = totals
      line('start', {
        command,
        samples: Object.values(samples).reduce((sum, count) => sum + count, 0),
        shards: totals.shards,
        arms: samples,
      })
      follow()
    },
    advance: (step) => tally.add(step),
    show(figures) {
      source = figures
      follow()
    },
    transfer(step) {
      const figures = transferFigures(step)
      if (step.done < step.total && now() - transferredAt < everyMs) return
      transferredAt = now()
      if (progress) line('transfer', figures)
    },
    note: (text) => line('note', { text }),
    warn: (text) => line('warning', { text }),
    result(kind, data, text) {
      if (results) results.write(`${printable(text)}\n`)
      else line(kind, { data })
    },
    stop() {
      clearInterval(timer)
      timer = undefined
      const { arms, shards_total } = source()
      if (progress && (arms.length > 0 || shards_total > 0)) emitProgress()
    },
  }
}
