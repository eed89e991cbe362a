import type { Server, Endpoint } from '../endpoint-options.ts'
import { findDialect } from '../dialects/registry.ts'
import { openTransport, type Transport } from '../wire/transport.ts'
import { type Admission, openAdmission } from './admission.ts'
import type { EndpointDeps } from './endpoint-client.ts'
import type { Named } from './endpoint-errors.ts'
import { type Health, openHealth } from './endpoint-health.ts'
import { openQueueWatch, type QueueWatch } from './queue-watch.ts'
import { sleepMs } from './sleep.ts'

/** What all requests to one server share. */
export type Session = {
  named: Named
  options: Endpoint
  transport: Transport
  admission: Admission
  health: Health
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

export type SessionDeps = EndpointDeps & { hasOthers?: (() => boolean) | undefined }

/** Opens the connections to a server, with its limits and the record of how it does. */
export function openSession(name: string, server: Server, options: Endpoint, deps: SessionDeps): Session {
  const { now = Date.now, sleep = sleepMs, random = Math.random, apiKey = '', hasOthers = () => false } = deps
  const { baseUrl } = server
  const { max_in_flight: max, stream } = options
  const dialect = findDialect(server.dialect)
  const transport = openTransport(server, { apiKey, now })
  const admission = openAdmission(max, { now, sleep })
  const watches = options.back_pressure && dialect.queues
  return {
    named: { name, baseUrl, apiKeyEnv: options.api_key_env, apiKey },
    options,
    transport,
    admission,
    health: openHealth(max),
    watch: watches
      ? openQueueWatch(
          { baseUrl, dialect, max },
          {
            now,
            fetch: transport.fetch,
            inFlight: () => admission.state().inFlight,
            setCeiling: (ceiling) => admission.setCeiling(ceiling),
          },
        )
      : undefined,
    stream: stream === 'auto' ? dialect.streams : stream,
    stopping: new AbortController(),
    clock: { now, sleep, random },
    hasOthers,
  }
}

/**
 * Sends nothing any more, whoever asks.
 * @returns the reason that later requests reject with, which is the one of the first stop
 */
export function stopSession({ stopping, admission }: Session, reason: Error): Error {
  stopping.abort(reason)
  admission.stop(reason)
  return stopping.signal.reason as Error
}
