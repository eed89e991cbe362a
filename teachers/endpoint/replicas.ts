import type { ChatRequest } from '../../schemas/arm.ts'
import { RunError, StoppedError, TwinstillError } from '../../schemas/errors.ts'
import type { Attempt } from '../../schemas/journal.ts'
import type { AskOptions, AskResult, EndpointClient, EndpointDeps } from './endpoint-client.ts'
import type { Endpoint, Server } from '../endpoint-options.ts'
import { answersAtAll } from './preflight.ts'
import { freest, type Replica, roomOf } from './replica.ts'
import { openServer } from './server-client.ts'
import { sleepMs } from './sleep.ts'

/** Waits before a server that was set aside is tried again: doubled each time up to the longest, in milliseconds. */
const asideMs = { first: 15_000, longest: 5 * 60_000 }

/**
 * One client of several servers: a request goes to the one that has the most room, and each server has its own limits,
 * connections and health. A server on which nothing can work is set aside, its requests go to the others, and it is tried
 * again later; the run ends when none is left. The last one is waited for as a single server is.
 */
export function openReplicas(
  name: string,
  servers: readonly Server[],
  options: Endpoint,
  deps: EndpointDeps,
): EndpointClient {
  const { sleep = sleepMs, tell = () => undefined, apiKey } = deps
  const stopping = new AbortController()
  const closing = new AbortController()
  const replicas = servers.map((server): Replica => {
    return { server, client: openClient(server), up: true, promised: 0, asideMs: asideMs.first, told: false }
  })
  /** Who waits for room, in the order of coming. */
  const waiting: (() => void)[] = []
  const background: Promise<void>[] = []

  function openClient(server: Server): EndpointClient {
    const hasOthers = (): boolean => replicas.some((each) => each.up && each.server !== server)
    return openServer(name, server, options, { ...deps, hasOthers })
  }

  async function ask(request: ChatRequest, askOptions: AskOptions = {}): Promise<AskResult> {
    const attempts: Attempt[] = []
    const failedAt = new Set<Replica>()
    let sent = false
    let uncovered: unknown
    const { cover } = askOptions
    const shared: AskOptions = {
      ...askOptions,
      ...(cover && {
        // What is refused here is no fault of the server.
        cover: (sending: ChatRequest) =>
          cover(sending).catch((error: unknown) => {
            uncovered = error
            throw error
          }),
      }),
      onSend: async () => {
        if (!sent) await askOptions.onSend?.()
        sent = true
      },
      onAttempt: (attempt) => {
        attempts.push(attempt)
        askOptions.onAttempt?.(attempt)
      },
    }
    for (;;) {
      const replica = await room(failedAt)
      const result = await askAt(replica, request, shared, (error) => error === uncovered)
      if (result === undefined) continue
      failedAt.add(replica)
      const another = replicas.some((each) => each.up && !failedAt.has(each))
      // What took too long here takes too long there, and has been paid for.
      if (result.ok || !result.retryable || result.code === 'timeout' || !another)
        return { ...result, attempts }
    }
  }

  /** Nothing when the server turned out to be of no use, so that another one has to be asked. */
  async function askAt(
    replica: Replica,
    request: ChatRequest,
    askOptions: AskOptions,
    isOurs: (error: unknown) => boolean,
  ): Promise<AskResult | undefined> {
    const { client } = replica
    try {
      const asked = client.ask(request, askOptions)
      replica.promised -= 1
      const result = await asked
      if (result.ok) replica.asideMs = asideMs.first
      return result
    } catch (error) {
      askOptions.signal?.throwIfAborted()
      stopping.signal.throwIfAborted()
      if (isOurs(error) || !(error instanceof TwinstillError)) throw error
      setAside(replica, client, error)
      return undefined
    } finally {
      admit()
    }
  }

  /** The server with the most room once there is one; one at which the request failed before only where no other is up. */
  async function room(failedAt: ReadonlySet<Replica>): Promise<Replica> {
    for (;;) {
      stopping.signal.throwIfAborted()
      const up = replicas.filter((each) => each.up)
      const others = up.filter((each) => !failedAt.has(each))
      const free = freest(others.length > 0 ? others : up)
      if (free !== undefined) {
        free.promised += 1
        return free
      }
      await turn()
    }
  }

  async function turn(): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
  }

  /** Wakes as many as there is room for, everybody after the end. */
  function admit(): void {
    const room = replicas.reduce((sum, each) => sum + (each.up ? Math.max(0, roomOf(each)) : 0), 0)
    for (const wake of waiting.splice(0, stopping.signal.aborted ? waiting.length : room)) wake()
  }

  function setAside(replica: Replica, failed: EndpointClient, error: TwinstillError): void {
    // All requests at that server fail with this error; the first one has set it aside.
    if (replica.client !== failed || !replica.up) return
    replica.up = false
    const left = replicas.filter((each) => each.up).length
    if (left === 0) {
      stopAll(noneLeft(error, servers.length))
      return
    }
    if (!replica.told) tell(`${error.message}; it is set aside, ${left} of ${servers.length} servers go on`)
    background.push(
      failed.close(),
      revive(replica, !replica.told).catch((defect: unknown) => stopAll(defect as Error)),
    )
    replica.told = true
  }

  async function revive(replica: Replica, first: boolean): Promise<void> {
    const { server } = replica
    const signal = AbortSignal.any([stopping.signal, closing.signal])
    try {
      do {
        const wait = replica.asideMs
        replica.asideMs = Math.min(2 * wait, asideMs.longest)
        await sleep(wait, signal)
      } while (!(await answersAtAll(server, { apiKey, signal })))
      signal.throwIfAborted()
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
    replica.client = openClient(server)
    replica.up = true
    if (first) tell(`endpoint ${name} (${server.baseUrl}): the server is back`)
    admit()
  }

  function stopAll(reason: Error): void {
    stopping.abort(reason)
    for (const { client } of replicas) client.stop(reason)
    admit()
  }

  /** All servers of an endpoint serve the same, so one of them speaks for the others. */
  function anyOne(): EndpointClient {
    return (replicas.find((each) => each.up) ?? replicas[0]!).client
  }

  return {
    ask,
    facts: () => anyOne().facts(),
    streams: () => anyOne().streams(),
    streamForm: (request, streamOptions) => anyOne().streamForm(request, streamOptions),
    async ready() {
      if (stopping.signal.aborted) return
      if (waiting.length > 0 || freest(replicas.filter((each) => each.up)) === undefined) await turn()
    },
    stop: stopAll,
    state() {
      const states = replicas.map(({ client }) => client.state())
      const sum = (member: 'inFlight' | 'waiting' | 'limit'): number =>
        states.reduce((total, state) => total + state[member], 0)
      return { inFlight: sum('inFlight'), waiting: sum('waiting') + waiting.length, limit: sum('limit') }
    },
    async close() {
      closing.abort()
      await Promise.all(background)
      await Promise.all(replicas.map(({ client }) => client.close()))
    },
  }
}

function noneLeft(error: TwinstillError, servers: number): TwinstillError {
  const message = `${error.message} (none of the ${servers} servers of this endpoint is left)`
  return error instanceof StoppedError
    ? new StoppedError(message, { cause: error })
    : new RunError(message, { cause: error })
}
