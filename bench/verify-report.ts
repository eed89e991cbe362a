import type { Task } from '../schemas/problem.ts'
import type { VerifierResult } from '../schemas/verdict.ts'

/** One labelled answer. */
export type VerifyCase = {
  id: string
  category: string
  task: Task
  prompt: string
  answers: string[]
  choices: string[]
  output: string
  /** Whether the answer is right. */
  equal: boolean
}

export type Scored = { row: VerifyCase; positive: boolean; result: VerifierResult; milliseconds: number }

/** Counts of the confusion matrix; `open` are the undecided ones among the negatives. */
export type Summary = { tp: number; fp: number; fn: number; tn: number; open: number }

export function summarise(scored: readonly Scored[]): Summary {
  const summary: Summary = { tp: 0, fp: 0, fn: 0, tn: 0, open: 0 }
  for (const { row, positive, result } of scored) {
    if (positive) summary[row.equal ? 'tp' : 'fp'] += 1
    else summary[row.equal ? 'fn' : 'tn'] += 1
    if (result.verdict === 'undecided') summary.open += 1
  }
  return summary
}

/** Precision and recall per category and in total. */
export function printCategories(scored: readonly Scored[]): void {
  const categories = [...new Set(scored.map(({ row }) => row.category))].sort()
  process.stdout.write(`${'category'.padEnd(42)}   rows  precision  recall   TP   FP   FN   TN  undecided\n`)
  for (const category of [...categories, 'TOTAL']) {
    const part = category === 'TOTAL' ? scored : scored.filter(({ row }) => row.category === category)
    const { tp, fp, fn, tn, open } = summarise(part)
    const numbers = [tp, fp, fn, tn].map((count) => String(count).padStart(4)).join(' ')
    process.stdout.write(
      `${category.slice(0, 42).padEnd(42)} ${String(part.length).padStart(6)}  ${share(tp, tp + fp).padStart(9)}  ${share(tp, tp + fn).padStart(6)} ${numbers}  ${open}\n`,
    )
  }
}

/** Milliseconds per verification. */
export function printTimes(scored: readonly Scored[]): void {
  const times = scored.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)
  const at = (share: number): string =>
    (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(3)
  const mean = times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length)
  process.stdout.write(
    `milliseconds: median ${at(0.5)}  p99 ${at(0.99)}  mean ${mean.toFixed(3)}  most ${at(1)}\n`,
  )
}

function share(count: number, of: number): string {
  return of === 0 ? '-' : (count / of).toFixed(4)
}
