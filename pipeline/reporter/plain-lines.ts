import type { ArmFigures, Figures } from '../../schemas/progress.ts'
import { compact, etaText } from './amounts.ts'
import { printableLine } from './printable.ts'
import { budgetText, errorsText, flightText, headline } from './progress-frame.ts'

const firstEveryMs = 5000
const lastEveryMs = 60_000

/** Figures as lines for a pipe or a log file: every five seconds at first, every minute in a run of twenty minutes and more. */
export function createPlainLines(
  write: (text: string) => void,
  now: () => number,
): {
  /** Prints the figures when it is time. */
  tick(figures: () => Figures): void
  /** Prints them unless they were printed like this before. */
  print(figures: Figures): void
} {
  const startedAt = now()
  let lastAt = startedAt
  let last = ''
  const print = (figures: Figures): void => {
    lastAt = now()
    const text = plainText(figures)
    const key = JSON.stringify({ ...figures, elapsed_seconds: 0 })
    if (key === last) return
    last = key
    write(text)
  }
  return {
    tick(figures) {
      const every = Math.min(lastEveryMs, Math.max(firstEveryMs, (now() - startedAt) / 20))
      if (now() - lastAt >= every) print(figures())
    },
    print,
  }
}

function plainText(figures: Figures): string {
  const first = [headline(figures), flightText(figures), budgetText(figures)].filter((text) => text !== '')
  const asking = figures.arms.filter((arm) => arm.requests + arm.in_flight > 0)
  return [first.join('  '), ...asking.map((arm) => `  ${armText(arm)}`), ''].join('\n')
}

function armText(arm: ArmFigures): string {
  const { samples, samples_total, in_flight, truncated, pace } = arm
  const errors = errorsText(arm)
  const parts = [
    `${printableLine(arm.arm)}:`,
    samples_total === null ? `${arm.requests} asked` : `${samples}/${samples_total}`,
    `${in_flight} in flight`,
    `${compact(arm.completion_tokens)} tokens`,
  ]
  if (pace) parts.push(`${compact(pace.tokens_per_second)} tok/s`)
  if (truncated > 0) parts.push(`${truncated} cut`)
  if (errors !== '') parts.push(`errors: ${errors}`)
  const left = etaText(arm.eta)
  if (left !== '') parts.push(`ETA ${left}`)
  return parts.join('  ')
}
