import { type BackPressure, type Gauges, openBackPressure } from './back-pressure.ts'
import type { Dialect } from '../dialects/dialect.ts'

/** Keeps the ceiling of an endpoint's requests up to date while they go. */
export type QueueWatch = {
  round: BackPressure['round']
  answered: BackPressure['answered']
  /** A request leaves or came back: the moment to read the gauges again, at most once a second. */
  look(): void
}

const everyMs = 1000

/**
 * Watches the queue of a server that queues; for others it does nothing. The gauges are at `/metrics` beside the `/v1` of
 * the base URL, in the text format of Prometheus.
 */
export function openQueueWatch(
  { baseUrl, dialect, max }: { baseUrl: string; dialect: Dialect; max: number },
  deps: {
    now: () => number
    fetch: typeof globalThis.fetch
    inFlight: () => number
    setCeiling: (ceiling: number) => void
  },
): QueueWatch {
  const pressure = openBackPressure(max)
  const { gauges } = dialect
  const address = baseUrl.replace(/(?:\/v1)?\/*$/u, '/metrics')
  let served = gauges !== undefined
  let reading = false
  let readAt = deps.now()
  deps.setCeiling(pressure.ceiling())

  async function readOnce(): Promise<void> {
    reading = true
    const found = await fetchGauges()
    reading = false
    readAt = deps.now()
    if (found === 'none') served = false
    if (typeof found === 'string') return
    pressure.gauged(found, deps.inFlight())
    deps.setCeiling(pressure.ceiling())
  }

  async function fetchGauges(): Promise<Gauges | 'none' | 'not now'> {
    let response: Response
    let text: string
    try {
      response = await deps.fetch(address, { signal: AbortSignal.timeout(5000) })
      text = await response.text()
    } catch {
      // The gauges are a hint. A fault of the server shows in its answers, and the gauges are read again later.
      return 'not now'
    }
    if (!response.ok || gauges === undefined) return 'none'
    return readGauges(text, gauges) ?? 'none'
  }

  return {
    round: () => pressure.round(),
    answered(answer) {
      pressure.answered(answer)
      deps.setCeiling(pressure.ceiling())
    },
    look() {
      if (served && !reading && deps.now() - readAt >= everyMs) void readOnce()
    },
  }
}

/** The sums of two gauges over all their labels (engines, models); `undefined` when the text does not have both. */
export function readGauges(text: string, names: { running: string; waiting: string }): Gauges | undefined {
  const [running, waiting] = [sumOf(text, names.running), sumOf(text, names.waiting)]
  return running === undefined || waiting === undefined ? undefined : { running, waiting }
}

function sumOf(text: string, name: string): number | undefined {
  let sum: number | undefined
  for (const line of text.split('\n')) {
    if (!line.startsWith(name)) continue
    const value = Number(/^(?:\{[^}]*\})?\s+(\S+)/u.exec(line.slice(name.length))?.[1])
    if (Number.isFinite(value)) sum = (sum ?? 0) + value
  }
  return sum
}
