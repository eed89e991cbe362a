import PQueue from 'p-queue'
import type { Endpoint, Server } from '../endpoint-options.ts'
import { readServerFacts } from '../probe/server-facts.ts'
import { askStreamForm } from './ask-stream-form.ts'
import { askWithRetries } from './ask-with-retries.ts'
import type { EndpointClient } from './endpoint-client.ts'
import { openRoomInQueue } from './room-in-queue.ts'
import { openSession, type SessionDeps, stopSession } from './session.ts'

/** A client for one server of an endpoint: all requests to that server go through it and share its limits. */
export function openServer(
  name: string,
  server: Server,
  options: Endpoint,
  deps: SessionDeps = {},
): EndpointClient {
  let ceiling: number | undefined
  const session = openSession(name, server, options, {
    ...deps,
    onCeiling(most) {
      ceiling = most
      boundAsks()
      deps.onCeiling?.(most)
    },
  })
  const { admission, transport, named, watch, most } = session
  let places = most
  ceiling ??= admission.state().limit
  // Requests that back off hold no slot of the admission; they count here, so that their number stays bounded.
  const asks = new PQueue({ concurrency: 2 * ceiling })
  function boundAsks(): void {
    asks.concurrency = Math.max(1, 2 * Math.min(ceiling ?? most, places))
  }
  const room = openRoomInQueue(asks)
  return {
    ask: (request, askOptions = {}) => asks.add(() => askWithRetries(session, request, askOptions)),
    facts: () => readServerFacts(transport, named.baseUrl, named.apiKey),
    streams: () => session.stream,
    streamForm: (request, streamOptions) => askStreamForm(session, request, streamOptions),
    ready: room,
    stop: (reason) => void stopSession(session, reason),
    share(part) {
      places = part(most)
      admission.setShare(places)
      boundAsks()
      return admission.state().inFlight <= places
    },
    state: () => ({ ...admission.state(), waiting: asks.size + asks.pending - admission.state().inFlight }),
    async close() {
      await asks.onIdle()
      watch?.close()
      admission.close()
      await transport.close()
    },
  }
}
