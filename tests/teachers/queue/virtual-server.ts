import type { ChatRequest } from '../../../schemas/arm.ts'
import type { Dialect } from '../../../teachers/dialects/dialect.ts'
import { findDialect, type DialectName } from '../../../teachers/dialects/registry.ts'
import type { WatchedRequest } from '../../../teachers/queue/queue-source.ts'
import { openQueueWatch } from '../../../teachers/queue/queue-watch.ts'

/** A server in virtual time that works on so many requests at once, in the order of arrival, and a client that keeps it busy. */
export type VirtualRun = {
  /** Slots at a time in milliseconds; `Infinity` has no queue. */
  slots: number | ((now: number) => number)
  answers: number
  max: number
  /** Milliseconds from start to end of the request with this index. */
  serviceMs: (index: number) => number
  /** Milliseconds from the start to the first token. */
  firstMs?: number
  /** How a gateway hides the starts of streams: it sends a body instead, or each stream as a whole. */
  starts?: 'never' | 'with the end'
  dialect?: DialectName
  streams?: boolean
  pings?: boolean
  /** What is served at an address, given what runs and waits; nothing where it answers 404. */
  page?: (url: string, counts: { running: number; waiting: number }) => string | undefined
  /** Headers of an answer. */
  headers?: (counts: { running: number; waiting: number }) => Record<string, string>
  /** Whether answers hold the times that llama.cpp states. */
  timings?: boolean
}

export type VirtualResult = {
  spanMs: number
  /** Of the same work with `max` in flight all the time. */
  idealMs: number
  /** Mean number that waited, and that ran, from the end of the first third to the last request. */
  waiting: number
  running: number
  /** The most that ever waited. */
  peak: number
  ceiling: number
  seenBy: string | undefined
  pings: number
  /** Addresses that were fetched, each once. */
  asked: string[]
}

type Request = {
  index: number
  sentAt: number
  startedAt: number
  watched: WatchedRequest
  ping?: () => void
}

const request: ChatRequest = { model: 'm', messages: [{ role: 'user', content: '?' }], max_tokens: 10 }

export async function runVirtually(options: VirtualRun): Promise<VirtualResult> {
  const held = await serve(options, true)
  const { spanMs } = await serve(options, false)
  return { ...held, idealMs: spanMs }
}

async function serve(options: VirtualRun, watches: boolean): Promise<Omit<VirtualResult, 'idealMs'>> {
  const { answers, max, serviceMs, firstMs = 20 } = options
  const dialect: Dialect = findDialect(options.dialect ?? 'vllm')
  let time = 0
  const events: { at: number; run: () => void }[] = []
  const queue: Request[] = []
  let [running, sent, answered, inFlight, peak, pings] = [0, 0, 0, 0, 0, 0]
  const area = { ms: 0, waiting: 0, running: 0 }
  const asked = new Set<string>()
  let ceiling = max

  const at = (when: number, run: () => void): void => {
    let index = events.length
    while (index > 0 && events[index - 1]!.at < when) index -= 1
    events.splice(index, 0, { at: when, run })
  }
  const slots = (): number => (typeof options.slots === 'number' ? options.slots : options.slots(time))
  const counts = (): { running: number; waiting: number } => ({ running, waiting: queue.length })

  async function page(url: string): Promise<Response> {
    asked.add(url)
    const text = options.page?.(url, counts())
    return text === undefined ? new Response('', { status: 404 }) : new Response(text)
  }
  const watch = openQueueWatch(
    {
      streams: options.streams ?? false,
      pings: options.pings ?? false,
      unseen: max,
      setCeiling: (to) => (ceiling = to),
    },
    {
      baseUrl: 'http://server/v1',
      dialect,
      max,
      now: () => time,
      sleep: (ms) => new Promise((resolve) => at(time + ms, resolve)),
      transport: {
        fetch: ((url: string) => page(url)) as typeof fetch,
        get: (path) => page(`/v1${path}`),
        async send() {
          pings += 1
          await new Promise<void>((resolve) => {
            queue.push({ index: -1, sentAt: time, startedAt: 0, watched: {}, ping: resolve })
            admit()
          })
          return nothing()
        },
      },
    },
  )

  function admit(): void {
    while (queue.length > 0 && running < slots()) {
      const next = queue.shift()!
      running += 1
      next.startedAt = time
      if (options.starts === undefined) at(time + firstMs, () => next.watched.started?.())
      at(time + (next.ping ? firstMs : Math.max(firstMs, serviceMs(next.index))), () => end(next))
    }
  }

  function end({ sentAt, startedAt, watched, ping }: Request): void {
    running -= 1
    admit()
    if (ping) {
      ping()
      return
    }
    answered += 1
    inFlight -= 1
    if (options.starts === 'with the end') watched.started?.()
    const timings = { prompt_ms: firstMs, predicted_ms: time - startedAt - firstMs }
    watched.answered?.({
      ms: time - sentAt,
      body: options.timings === true ? { timings } : {},
      headers: new Headers(options.headers?.(counts())),
    })
    watched.gone?.()
  }

  function send(): void {
    while (inFlight < Math.min(max, ceiling) && sent < answers) {
      inFlight += 1
      const watched = watches ? watch.sent() : {}
      queue.push({ index: sent++, sentAt: time, startedAt: 0, watched })
      admit()
      peak = Math.max(peak, queue.length)
    }
  }

  let begun = !watches
  if (watches) void watch.begin(request).then(() => (begun = true))
  // Slots that change are looked at again although nothing ends.
  if (typeof options.slots !== 'number') tick()
  function tick(): void {
    admit()
    at(time + 1000, tick)
  }
  let untilTurn = 0
  const isDone = (): boolean => answered >= answers
  while (!isDone()) {
    // Whoever awaits something goes on between the events.
    if (watches && untilTurn-- <= 0) {
      await turn()
      untilTurn = begun && !watch.seenBy()?.includes('gauges') && options.pings !== true ? 50 : 0
    }
    if (begun) send()
    const next = events.pop()
    if (next === undefined) continue
    if (answered > answers / 3 && sent < answers) {
      area.ms += next.at - time
      area.waiting += (next.at - time) * queue.filter((each) => !each.ping).length
      area.running += (next.at - time) * running
    }
    time = next.at
    next.run()
  }
  const seenBy = watch.seenBy()
  watch.close()
  const [waiting, ran] = [area.waiting / area.ms, area.running / area.ms]
  return { spanMs: time, waiting, running: ran, peak, ceiling, seenBy, pings, asked: [...asked] }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function turn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** Service times of a mean of two seconds, spread as exp(sigma * normal), the same for each index. */
export function spread(sigma: number, meanMs = 2000): (index: number) => number {
  return (index) => {
    const [u, v] = [fraction(index * 2 + 1), fraction(index * 2 + 2)]
    const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
    return meanMs * Math.exp(sigma * normal - (sigma * sigma) / 2)
  }
}

function fraction(seed: number): number {
  let hash = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b)
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return (((hash ^ (hash >>> 16)) >>> 0) + 1) / 4294967297
}

export const vllmMetrics = ({ running, waiting }: { running: number; waiting: number }): string =>
  `vllm:num_requests_running{engine="0"} ${running}.0\nvllm:num_requests_waiting{engine="0"} ${waiting}.0\n`
