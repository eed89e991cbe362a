import type { Eta, Pace } from '../../schemas/progress.ts'

/** Most spans of time that are kept, and how long they reach back together at least, where the run is that old. */
const mostSpans = 32
const leastWindowMs = 300_000
/** So many answers are in the window at least, however slowly they come. */
const leastAnswers = 320
const firstWidthMs = 1000

/** Batches whose rates are compared, and the quantile of Student's t for them: 95 % one-sided, 7 degrees of freedom. */
const batches = 8
const quantile = 1.895

/** Measures a pace over a window that slides: the last five minutes, or the last few hundred answers where they take longer. */
export type PaceMeter = {
  /** @param at milliseconds of work since the start; they never go back */
  add(at: number, answers: number, tokens: number): void
  /** `null` before anything came. */
  pace(at: number): Pace | null
}

export function createPaceMeter(): PaceMeter {
  let spans: { answers: number; tokens: number }[] = [{ answers: 0, tokens: 0 }]
  let width = firstWidthMs
  let begin = 0

  function reach(at: number): void {
    while (at >= begin + spans.length * width) {
      spans.push({ answers: 0, tokens: 0 })
      if (spans.length <= mostSpans) continue
      if (width * mostSpans >= leastWindowMs && sumOf(spans, 'answers') >= leastAnswers) {
        spans.shift()
        begin += width
      } else halve()
    }
  }

  /** Joins neighbours, so that the window reaches twice as far with half as many spans. */
  function halve(): void {
    const joined: typeof spans = []
    for (let at = 0; at < spans.length; at += 2) {
      const [first, second] = [spans[at]!, spans[at + 1]]
      joined.push({
        answers: first.answers + (second?.answers ?? 0),
        tokens: first.tokens + (second?.tokens ?? 0),
      })
    }
    spans = joined
    width *= 2
  }

  return {
    add(at, answers, tokens) {
      reach(at)
      const last = spans.at(-1)!
      last.answers += answers
      last.tokens += tokens
    },
    pace(at) {
      reach(at)
      const answers = sumOf(spans, 'answers')
      const tokens = sumOf(spans, 'tokens')
      if (answers === 0 && tokens === 0) return null
      const seconds = Math.max(0.001, (at - begin) / 1000)
      const rate = { answers_per_second: answers / seconds, tokens_per_second: tokens / seconds }
      const whole = spans.slice(0, -1)
      const each = Math.floor(whole.length / batches)
      if (each === 0) return { ...rate, spread: 0, batch_seconds: 0, batches: 0 }
      const batchSeconds = (each * width) / 1000
      const rates = Array.from({ length: batches }, (_, batch) => {
        const start = whole.length - (batches - batch) * each
        return sumOf(whole.slice(start, start + each), 'answers') / batchSeconds
      })
      return { ...rate, spread: deviation(rates), batch_seconds: batchSeconds, batches }
    },
  }
}

/**
 * When so many samples will be done. The interval is that of batch means: the rates of equally long batches of time vary,
 * and so will the mean rate until the end, by the less the longer it takes. A change of the server's speed is no part of it.
 */
export function etaOf(remaining: number, pace: Pace | null): Eta | null {
  if (remaining <= 0) return { seconds: 0, low: 0, high: 0 }
  if (!pace || pace.answers_per_second === 0) return null
  const rate = pace.answers_per_second
  const seconds = remaining / rate
  if (pace.batches === 0) return { seconds, low: null, high: null }
  const half = quantile * pace.spread * Math.sqrt(1 / pace.batches + pace.batch_seconds / seconds)
  return {
    seconds,
    low: remaining / (rate + half),
    high: rate > half ? remaining / (rate - half) : null,
  }
}

function sumOf(spans: readonly { answers: number; tokens: number }[], what: 'answers' | 'tokens'): number {
  return spans.reduce((sum, span) => sum + span[what], 0)
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}
