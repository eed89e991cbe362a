import type { ChatRequest } from '../../schemas/arm.ts'
import { findGauges } from './gauge-source.ts'
import { openHeaderSource } from './header-source.ts'
import { findPings } from './ping-source.ts'
import type { FindSource, QueueSource, SourceDeps, WatchedRequest } from './queue-source.ts'
import { findSlots } from './slot-source.ts'
import { findStreams } from './stream-source.ts'

/** Keeps the ceiling of the requests at a server up to date while they go. */
export type QueueWatch = {
  /** Finds out how the server's queue can be seen, before the first request leaves; the same promise for all. */
  begin(request: ChatRequest): Promise<void>
  /** A request leaves. */
  sent(): WatchedRequest
  /** How the queue is seen; `undefined` where it is not. */
  seenBy(): string | undefined
  close(): void
}

export type WatchOptions = {
  /** Whether answers are streamed. */
  streams: boolean
  /** Whether requests for one token may be sent. */
  pings: boolean
  /** What is sent where nothing can be seen. */
  unseen: number
  setCeiling: (ceiling: number) => void
  /** Is told, in the words of a person, when it is known how the queue is seen, and once it is not seen (any more). */
  found?: ((source: string | undefined) => void) | undefined
}

/** Longest time in which a server may say how its queue is seen. */
const patienceMs = 5000

/** Watches the queue of a server that queues, by the first of all ways that there is; without one, all are sent. */
export function openQueueWatch(
  options: WatchOptions,
  deps: Omit<SourceDeps, 'here' | 'judged' | 'lost' | 'signal'>,
): QueueWatch {
  const { unseen, setCeiling } = options
  const closing = new AbortController()
  let source: QueueSource | undefined
  let begun: Promise<void> | undefined
  let here = 0
  const sourceDeps: SourceDeps = {
    ...deps,
    here: () => here,
    signal: closing.signal,
    judged: () => source && setCeiling(source.judge.ceiling()),
    lost() {
      if (source === undefined) return
      source = undefined
      setCeiling(unseen)
      options.found?.(undefined)
    },
  }

  async function find(request: ChatRequest): Promise<void> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(patienceMs)])
    for (const findSource of waysOf(options, deps.dialect.loadHeader === true)) {
      source = await findSource(sourceDeps, request, signal)
      if (source !== undefined) break
    }
    setCeiling(source === undefined ? unseen : source.judge.ceiling())
    options.found?.(source?.name)
  }

  return {
    async begin(request) {
      begun ??= find(request)
      await begun
    },
    sent() {
      here += 1
      const watched = source?.sent(here) ?? {}
      return {
        ...watched,
        gone() {
          here -= 1
          watched.gone?.()
        },
      }
    },
    seenBy: () => source?.name,
    close: () => closing.abort(),
  }
}

/** In the order of what they cost and how well they show it. */
function waysOf({ streams, pings }: WatchOptions, loadHeader: boolean): FindSource[] {
  return [
    findSlots,
    findGauges,
    ...(streams ? [findStreams] : []),
    ...(pings ? [findPings] : []),
    ...(loadHeader && !streams ? [async (deps: SourceDeps) => openHeaderSource(deps)] : []),
  ]
}
