import type { Writable } from 'node:stream'
import { printableJson } from '../../schemas/printable-json.ts'
import type { Progress, Reporter, Totals } from './reporter.ts'
import { createTally } from './tally.ts'
import { createTransferTally } from './transfer.ts'

const everyMs = 1000

/** JSON lines on stdout, each with `type` and `at` (milliseconds since 1970). Progress at most once a second. */
export function createJsonReporter(stdout: Writable, now: () => number): Reporter {
  const progress = createTally(now)
  const transferFigures = createTransferTally(now)
  let lastAt = 0
  const line = (type: string, data: object): void => {
    stdout.write(`${printableJson({ type, at: now(), ...data })}\n`)
  }
  const emitProgress = (): void => {
    lastAt = now()
    line('progress', progress.figures())
  }
  return {
    start(command: string, totals: Totals) {
      progress.begin(totals)
      line('start', { command, ...totals })
    },
    advance(step: Progress) {
      progress.add(step)
      if (now() - lastAt >= everyMs) emitProgress()
    },
    transfer(step) {
      const figures = transferFigures(step)
      if (step.done < step.total && now() - lastAt < everyMs) return
      lastAt = now()
      line('transfer', figures)
    },
    note: (text) => line('note', { text }),
    warn: (text) => line('warning', { text }),
    result: (kind, data) => line(kind, { data }),
    stop() {
      if (progress.figures().samples_total > 0) emitProgress()
    },
  }
}
