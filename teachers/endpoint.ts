import { setTimeout as sleepFor } from 'node:timers/promises'
import PQueue from 'p-queue'
import pRetry from 'p-retry'
import type { ChatRequest } from '../schemas/arm.ts'
import { UsageError } from '../schemas/errors.ts'
import type { Attempt } from '../schemas/journal.ts'
import type { ServerFacts } from '../schemas/probe.ts'
import { openAdmission, type Ticket } from './admission.ts'
import { withSample } from './build-request.ts'
import { CallError } from './call-error.ts'
import { callOnce } from './call.ts'
import { classifyFailure } from './classify-error.ts'
import { findDialect } from './dialects/registry.ts'
import { fatalError, hideKey, type Named } from './endpoint-errors.ts'
import { openHealth } from './endpoint-health.ts'
import type { Endpoint } from './endpoint-options.ts'
import { attemptOf, FailedTry, isWaiting } from './failed-try.ts'
import { readServerFacts } from './probe/server-facts.ts'
import { readStreamForm, type Streamed } from './probe/stream-form.ts'
import { openQueueWatch } from './queue-watch.ts'
import { readUsage } from './read-usage.ts'
import { openTransport } from './transport.ts'

/** What a request came to, over all its tries. The failure's members are those of the journal's line. */
export type AskResult =
  | { ok: true; body: unknown; attempts: Attempt[] }
  | { ok: false; code: string; message: string; retryable: boolean; attempts: Attempt[]; partial?: unknown }

export type AskOptions = {
  /** Sent where the dialect takes one. */
  seed?: number
  /** Breaks the request off; `ask` then rejects with the signal's reason. */
  signal?: AbortSignal
  /** Awaited once, when it is this request's turn and before anything is sent: the place for a line in the journal. */
  onSend?: () => Promise<void> | void
  /** Told of every try as it ends, also of those of a request that the end of the run overtakes. */
  onAttempt?: (attempt: Attempt) => void
  /** Sent to find out whether the server takes it: a refused parameter is then a result and not the end of the run. */
  experiment?: boolean
}

export type EndpointClient = {
  /**
   * Sends a request and tries again while that can help.
   * @throws RunError when nothing at this endpoint can work, StoppedError at a limit of the account or after `stop`;
   *   every later call then throws the same
   */
  ask(request: ChatRequest, options?: AskOptions): Promise<AskResult>
  /** What the server says of itself beside its answers. */
  facts(): Promise<ServerFacts>
  /** Whether answers are asked for as streams. */
  streams(): boolean
  /** How a streamed answer comes. One try. @throws CallError */
  streamForm(request: ChatRequest, seed: number, signal: AbortSignal): Promise<Streamed>
  /** Resolves when a further request would not have to queue behind others: await it before making one. */
  ready(): Promise<void>
  /** Sends nothing any more: requests that wait reject with `reason`, those at the server are answered. */
  stop(reason: Error): void
  /** What is going on now, for progress and reports. */
  state(): { inFlight: number; waiting: number; limit: number }
  /** Waits for requests at the server, then closes the connections. */
  close(): Promise<void>
}

export type EndpointDeps = {
  apiKey?: string | undefined
  /** Milliseconds since 1970. */
  now?: () => number
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** From 0 up to and without 1. */
  random?: () => number
}

/** Longest wait that a server may ask for: beyond it the run stops and goes on another time. */
const longestPauseMs = 60 * 60_000

/** Waits that use up no retry, of one request: a bound for the request that never gets its turn. */
const mostWaits = 100

/** A client for one endpoint of a recipe: all requests to that server go through one of it, sharing its limits. */
export function openEndpoint(name: string, options: Endpoint, deps: EndpointDeps = {}): EndpointClient {
  const { now = Date.now, sleep = sleepMs, random = Math.random, apiKey = '' } = deps
  if (options.base_url === undefined)
    throw new UsageError(`endpoint ${name} has no base_url: state where its server is`)
  const named: Named = { name, baseUrl: options.base_url, apiKeyEnv: options.api_key_env, apiKey }
  const transport = openTransport(options.base_url, { apiKey, now })
  const admission = openAdmission(options.max_in_flight, { now, sleep })
  const health = openHealth(options.max_in_flight)
  const watch =
    options.back_pressure && findDialect(options.dialect).queues
      ? openQueueWatch(
          { baseUrl: options.base_url, dialect: findDialect(options.dialect), max: options.max_in_flight },
          {
            now,
            fetch: transport.fetch,
            inFlight: () => admission.state().inFlight,
            setCeiling: (ceiling) => admission.setCeiling(ceiling),
          },
        )
      : undefined
  // Requests that back off hold no slot of the admission; they count here, so that their number stays bounded.
  const asks = new PQueue({ concurrency: 2 * options.max_in_flight })
  const stopping = new AbortController()
  const stream = options.stream === 'auto' ? findDialect(options.dialect).streams : options.stream

  function ask(request: ChatRequest, askOptions: AskOptions = {}): Promise<AskResult> {
    return asks.add(() => askWithRetries(request, askOptions))
  }

  async function askWithRetries(
    request: ChatRequest,
    { seed, signal, onSend, onAttempt, experiment = false }: AskOptions,
  ): Promise<AskResult> {
    const attempts: Attempt[] = []
    const tried = (attempt: Attempt): void => {
      attempts.push(attempt)
      onAttempt?.(attempt)
    }
    const sent = withSample(request, options.dialect, { seed, stream })
    let waits = 0
    let first = true

    async function oneTry(ticket: Ticket): Promise<unknown> {
      if (first) await onSend?.()
      first = false
      const start = now()
      const round = watch?.round() ?? 0
      watch?.look()
      try {
        const body = await callOnce(transport, sent, {
          deadlineMs: options.deadline_seconds * 1000,
          signal,
        })
        const ms = Math.max(0, now() - start)
        tried({ ms, status: 200, error: '', completion_tokens: null })
        health.success()
        admission.succeeded()
        watch?.answered({ round, ms, tokens: readUsage(body).completion_tokens })
        watch?.look()
        return body
      } catch (error) {
        if (!(error instanceof CallError)) throw error
        const failed = new FailedTry(
          error.failure,
          classifyFailure(error.failure, { succeeded: health.succeeded() }),
        )
        tried(attemptOf(failed, Math.max(0, now() - start)))
        if (!experiment || failed.classified.code !== 'parameter') throwIfFatal(failed)
        if (failed.classified.congested) admission.congested(ticket)
        throw failed
      }
    }

    try {
      const body = await pRetry((attempt) => admission.run(oneTry, { signal, again: attempt > 1 }), {
        retries: options.retries,
        minTimeout: 0,
        shouldConsumeRetry: ({ error }) => !(isWaiting(error) && ++waits <= mostWaits),
        shouldRetry: ({ error }) => error instanceof FailedTry && error.classified.kind === 'transient',
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (!(error instanceof FailedTry) || error.classified.kind !== 'transient' || retriesLeft <= 0)
            return
          await backOff(error, attemptNumber, signal)
        },
      })
      return { ok: true, body, attempts }
    } catch (error) {
      if (!(error instanceof FailedTry)) throw error
      return giveUp(error, attempts)
    }
  }

  /** Waits before a further try: as long as the server asks, else a random part of a delay that doubles. */
  async function backOff(
    { failure, classified }: FailedTry,
    attempt: number,
    signal?: AbortSignal,
  ): Promise<void> {
    if (failure.retryAfterMs !== null) {
      const until = now() + failure.retryAfterMs
      health.pausedUntil(until)
      admission.pauseUntil(until)
      return
    }
    const [base, cap] = classified.code === 'unreachable' ? [4000, 60_000] : [1000, 30_000]
    const delay = Math.ceil(random() * Math.min(cap, base * 2 ** Math.min(attempt - 1, 10)))
    const either = signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, signal])
    try {
      await sleep(delay, either)
    } catch (error) {
      either.throwIfAborted()
      throw error
    }
  }

  function throwIfFatal({ failure, classified }: FailedTry): void {
    const { kind, waits } = classified
    if (kind === 'endpoint' || kind === 'stop') throw stopAll(fatalError(named, classified, failure))
    const tooLong = (failure.retryAfterMs ?? 0) > longestPauseMs
    if (tooLong || (waits && health.waiting(now()))) {
      const ends = classified.code === 'unreachable' ? 'endpoint' : 'stop'
      throw stopAll(fatalError(named, { ...classified, kind: ends }, failure))
    }
  }

  function giveUp({ failure, classified }: FailedTry, attempts: Attempt[]): AskResult {
    const { code, retryable } = classified
    const ownFault = health.succeeded() && (code === 'context_length' || code === 'content_filter')
    const neverThere = ['unreachable', 'html', 'no_choices'].includes(code) && !health.succeeded()
    if (neverThere || (!ownFault && health.givenUp())) throw stopAll(fatalError(named, classified, failure))
    const message = hideKey(named, failure.message)
    const partial = failure.partial === undefined ? {} : { partial: failure.partial }
    return { ok: false, code, message, retryable, attempts, ...partial }
  }

  function stopAll(reason: Error): Error {
    stopping.abort(reason)
    admission.stop(reason)
    return stopping.signal.reason as Error
  }

  return {
    ask,
    facts: () => readServerFacts(transport, named.baseUrl, apiKey),
    streams: () => stream,
    streamForm(request, seed, signal) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(options.deadline_seconds * 1000)])
      return readStreamForm(transport, withSample(request, options.dialect, { seed, stream }), deadline)
    },
    ready: () => asks.onSizeLessThan(1),
    stop: (reason) => void stopAll(reason),
    state: () => ({ ...admission.state(), waiting: asks.size + asks.pending - admission.state().inFlight }),
    async close() {
      await asks.onIdle()
      await transport.close()
    },
  }
}

async function sleepMs(ms: number, signal?: AbortSignal): Promise<void> {
  await sleepFor(ms, undefined, signal === undefined ? {} : { signal })
}
