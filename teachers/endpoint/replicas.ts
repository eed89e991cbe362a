import type { Endpoint, Server } from '../endpoint-options.ts'
import { askReplicas } from './ask-replicas.ts'
import type { EndpointClient, EndpointDeps } from './endpoint-client.ts'
import { openRoom } from './replica-room.ts'
import type { Replica } from './replica.ts'
import { openServer } from './server-client.ts'
import { asideMs, openSetAside } from './set-aside.ts'

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
  let part: ((max: number) => number) | undefined
  const stopping = new AbortController()
  const closing = new AbortController()
  const replicas = servers.map((server): Replica => {
    return { server, client: openClient(server), up: true, promised: 0, asideMs: asideMs.first, told: false }
  })
  const room = openRoom(replicas, stopping.signal)
  const aside = openSetAside({
    ...deps,
    name,
    replicas,
    signal: AbortSignal.any([stopping.signal, closing.signal]),
    openClient: ({ server }) => openClient(server),
    onBack: () => room.admit(),
    onEnd: stopAll,
  })

  function openClient(server: Server): EndpointClient {
    const hasOthers = (): boolean => replicas.some((each) => each.up && each.server !== server)
    const client = openServer(name, server, options, { ...deps, hasOthers, onCeiling: () => room.admit() })
    if (part) client.share(part)
    return client
  }

  function stopAll(reason: Error): void {
    stopping.abort(reason)
    for (const { client } of replicas) client.stop(reason)
    room.admit()
  }

  /** All servers of an endpoint serve the same, so one of them speaks for the others. */
  function anyOne(): EndpointClient {
    return (replicas.find((each) => each.up) ?? replicas[0]!).client
  }

  return {
    ask: (request, askOptions = {}) =>
      askReplicas({ replicas, room, aside, stopping: stopping.signal }, request, askOptions),
    facts: () => anyOne().facts(),
    streams: () => anyOne().streams(),
    streamForm: (request, streamOptions) => anyOne().streamForm(request, streamOptions),
    ready: () => room.ready(),
    stop: stopAll,
    share(given) {
      part = given
      const within = replicas.map(({ client }) => client.share(given))
      room.admit()
      return within.every(Boolean)
    },
    state() {
      const states = replicas.map(({ client }) => client.state())
      const sum = (member: 'inFlight' | 'waiting' | 'limit'): number =>
        states.reduce((total, state) => total + state[member], 0)
      return { inFlight: sum('inFlight'), waiting: sum('waiting') + room.waiting(), limit: sum('limit') }
    },
    async close() {
      closing.abort()
      await aside.settled()
      await Promise.all(replicas.map(({ client }) => client.close()))
    },
  }
}
