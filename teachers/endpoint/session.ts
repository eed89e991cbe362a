import type { Server, Endpoint } from '../endpoint-options.ts'
import { findDialect } from '../dialects/registry.ts'
import { openTransport, type Transport } from '../wire/transport.ts'
import { type Admission, openAdmission } from './admission.ts'
import type { EndpointDeps } from './endpoint-client.ts'
import type { Named } from './endpoint-errors.ts'
import { type Health, openHealth, patienceMs } from './endpoint-health.ts'
import { openQueueWatch, type QueueWatch } from '../queue/queue-watch.ts'
import { firstCeiling } from '../queue/queue-judge.ts'
import { inFlightOf } from './in-flight.ts'
import { openOutage, type Outage } from './outage.ts'
import { sleepMs } from './sleep.ts'

/** What all requests to one server share. */
export type Session = {
  named: Named
  options: Endpoint
  transport: Transport
  admission: Admission
  /** The most requests that may ever be at the server. */
  most: number
  health: Health
  outage: Outage
  /** Left out where the server refuses instead of queueing, or the recipe turns back-pressure off. */
  watch: QueueWatch | undefined
  /** Whether answers are asked for as streams. */
  stream: boolean
  /** Aborted with the reason once nothing is to be sent any more. */
  stopping: AbortController
  clock: Required<Pick<EndpointDeps, 'now' | 'sleep' | 'random'>>
  /** Whether another server can be asked instead: an unreachable one is then left at once and not waited for. */
  hasOthers: () => boolean
}

export type SessionDeps = EndpointDeps & {
  hasOthers?: (() => boolean) | undefined
  /** Is told how many may be at the server at the same time, as that changes with what is seen of its queue. */
  onCeiling?: ((ceiling: number) => void) | undefined
}

/** Opens the connections to a server, with its limits and the record of how it does. */
export function openSession(name: string, server: Server, options: Endpoint, deps: SessionDeps): Session {
  const { now = Date.now, sleep = sleepMs, random = Math.random, apiKey = '', hasOthers = () => false } = deps
  const { onCeiling = () => undefined, note = () => undefined } = deps
  const { baseUrl } = server
  const dialect = findDialect(server.dialect)
  const streams = options.stream === 'auto' ? dialect.streams : options.stream
  const transport = openTransport(server, { apiKey, now })
  const { most, unseen, isStated } = inFlightOf(options, dialect)
  const admission = openAdmission(most, { now, sleep })
  function setCeiling(ceiling: number): void {
    admission.setCeiling(ceiling)
    onCeiling(ceiling)
  }
  const watches = options.back_pressure !== false && dialect.queues
  if (watches) admission.setCeiling(firstCeiling)
  return {
    named: { name, baseUrl, apiKeyEnv: options.api_key_env, apiKey },
    options,
    transport,
    admission,
    most,
    health: openHealth(unseen),
    outage: openOutage(
      { name, baseUrl, apiKeyEnv: options.api_key_env, apiKey },
      { now, tell: deps.tell ?? (() => undefined), patienceMs },
    ),
    watch: watches
      ? openQueueWatch(
          {
            streams,
            pings: options.back_pressure === 'ping',
            unseen,
            setCeiling,
            found(source) {
              if (source === undefined && !isStated) note(nothingSeen(name, baseUrl, unseen))
            },
          },
          { baseUrl, dialect, max: most, transport, now, sleep },
        )
      : undefined,
    stream: streams,
    stopping: new AbortController(),
    clock: { now, sleep, random },
    hasOthers,
  }
}

/**
 * Sends nothing any more, whoever asks.
 * @returns the reason that later requests reject with, which is the one of the first stop
 */
export function stopSession({ stopping, admission, watch }: Session, reason: Error): Error {
  watch?.close()
  stopping.abort(reason)
  admission.stop(reason)
  return stopping.signal.reason as Error
}

function nothingSeen(name: string, baseUrl: string, unseen: number): string {
  return `endpoint ${name} (${baseUrl}) shows neither how many requests wait nor when it begins to work on one, so ${unseen} are sent at the same time: set max_in_flight to about 1.25 times what it works on at once, or back_pressure: ping where a request for one token costs nothing`
}
