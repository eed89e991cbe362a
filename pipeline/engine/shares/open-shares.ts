import { setTimeout as sleep } from 'node:timers/promises'
import { noNote } from '../../../store/leases/beat-file.ts'
import type { Workers } from '../../../store/leases/workers.ts'
import type { EndpointClient } from '../../../teachers/endpoint/endpoint.ts'
import { openDealing } from './dealing.ts'

/** The places at servers that several workers ask, `max_in_flight` at each. */
export type Shares = {
  /** A client of servers that others ask too: it sends as much as this worker's part allows, and nothing before there is one. */
  shared(client: EndpointClient): EndpointClient
  close(): Promise<void>
}

/** So many looks in a row without a request end the part in the dealing: between two shards there may be none for a moment. */
const quietLooks = 2

/** Milliseconds between two looks: at least so many, more where many workers look at each other, at once where much is new. */
const betweenLooks = { least: 1000, eachWorker: 60, afterNews: 10 }

/**
 * Takes part in dealing out places while there is something to ask, and gives them to the others when there is not.
 *
 * @param stop ends the waiting for a place, with its reason
 */
export function openShares(workers: Workers, stop: AbortSignal): Shares {
  const dealing = openDealing(workers.id)
  const clients: EndpointClient[] = []
  const closing = new AbortController()
  let waiting: (() => void)[] = []
  let note = noNote
  let quiet = 0
  let others = new Set<string>()
  let failure: { error: unknown } | undefined
  let running: Promise<void> | undefined

  function isBusy(): boolean {
    const states = clients.map((client) => client.state())
    return waiting.length > 0 || states.some((state) => state.inFlight + state.waiting > 0)
  }

  /** @returns whether something has changed */
  async function look(): Promise<boolean> {
    quiet = isBusy() ? 0 : quiet + 1
    const asking = await workers.others()
    // One that is silent may wake: it must find out before its places are somebody else's.
    const there = new Set(asking.map(({ id }) => id))
    if (!others.isSubsetOf(there)) await workers.burySilent()
    others = there
    const next = quiet < quietLooks ? dealing.look(asking) : noNote
    const part = next === noNote ? () => 0 : (max: number) => dealing.of(max)
    // What is at a server above the part stays there, and nobody else counts on the place before it is done.
    const isWithin = clients.map((client) => client.share(part)).every(Boolean)
    wake()
    if (next === note || !isWithin) return false
    await workers.say(next)
    note = next
    dealing.published(next)
    return true
  }

  async function lookOn(): Promise<void> {
    try {
      for (;;) {
        const isNew = await look()
        if (note === noNote && !isBusy()) break
        const usual = Math.max(betweenLooks.least, betweenLooks.eachWorker * others.size)
        const ms = isNew ? betweenLooks.afterNews : Math.min(workers.ttlMs / 5, usual)
        await sleep(ms, undefined, { signal: closing.signal })
      }
    } catch (error) {
      if (!closing.signal.aborted) {
        failure = { error }
        // What waits at a server that has no place for it would wait for ever.
        for (const client of clients) client.stop(error as Error)
      }
    }
    running = undefined
    wake()
  }

  function wake(): void {
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  async function place(client: EndpointClient): Promise<void> {
    while (client.state().limit === 0) {
      stop.throwIfAborted()
      if (failure) throw failure.error
      const turn = new Promise<void>((resolve) => waiting.push(resolve))
      running ??= lookOn()
      await turn
    }
  }

  stop.addEventListener('abort', wake)
  return {
    shared(client) {
      clients.push(client)
      client.share((max) => dealing.of(max))
      return {
        ...client,
        async ask(request, options) {
          await place(client)
          return client.ask(request, options)
        },
        async streamForm(request, options) {
          await place(client)
          return client.streamForm(request, options)
        },
        async ready() {
          // Whoever asks learns why there is no place.
          await place(client).catch(() => undefined)
          await client.ready()
        },
      }
    },
    async close() {
      closing.abort()
      stop.removeEventListener('abort', wake)
      await running
      if (note !== noNote) await workers.say(noNote)
    },
  }
}
