import PQueue from 'p-queue'
import pRetry from 'p-retry'
import type { ChatRequest } from '../../schemas/arm.ts'
import { emptyBill } from '../../schemas/bill.ts'
import type { Attempt } from '../../schemas/journal.ts'
import { openAdmission, type Ticket } from './admission.ts'
import { withSample } from '../request/build-request.ts'
import { billedTry, billOf } from '../cost/bill.ts'
import { CallError } from '../wire/call-error.ts'
import { underReservation } from '../cost/reservation.ts'
import { readServerFacts } from '../probe/server-facts.ts'
import { readStreamForm } from '../probe/stream-form.ts'
import { promptTokens } from '../cost/tokens.ts'
import { callOnce } from '../wire/call.ts'
import { classifyFailure } from '../wire/classify-error.ts'
import { findDialect } from '../dialects/registry.ts'
import { fatalError, hideKey, type Named } from './endpoint-errors.ts'
import { openHealth } from './endpoint-health.ts'
import type { AskOptions, AskResult, EndpointClient, EndpointDeps } from './endpoint-client.ts'
import type { Endpoint, Server } from '../endpoint-options.ts'
import { sleepMs } from './sleep.ts'
import { attemptOf, FailedTry, isWaiting } from '../wire/failed-try.ts'
import { openQueueWatch } from './queue-watch.ts'
import { readUsage } from '../reply/read-usage.ts'
import { openTransport } from '../wire/transport.ts'

/** Longest wait that a server may ask for: beyond it the run stops and goes on another time. */
const longestPauseMs = 60 * 60_000

/** Waits that use up no retry, of one request: a bound for the request that never gets its turn. */
const mostWaits = 100

/** A client for one server of an endpoint: all requests to that server go through one of it, sharing its limits. */
export function openServer(
  name: string,
  server: Server,
  options: Endpoint,
  deps: EndpointDeps & {
    /** Whether another server can be asked instead: an unreachable one is then left at once and not waited for. */
    hasOthers?: () => boolean
  } = {},
): EndpointClient {
  const { now = Date.now, sleep = sleepMs, random = Math.random, apiKey = '', hasOthers = () => false } = deps
  const { baseUrl } = server
  const dialect = findDialect(server.dialect)
  const named: Named = { name, baseUrl, apiKeyEnv: options.api_key_env, apiKey }
  const transport = openTransport(server, { apiKey, now })
  const admission = openAdmission(options.max_in_flight, { now, sleep })
  const health = openHealth(options.max_in_flight)
  const watch =
    options.back_pressure && dialect.queues
      ? openQueueWatch(
          { baseUrl, dialect, max: options.max_in_flight },
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
  const stream = options.stream === 'auto' ? dialect.streams : options.stream

  function ask(request: ChatRequest, askOptions: AskOptions = {}): Promise<AskResult> {
    return asks.add(() => askWithRetries(request, askOptions))
  }

  async function askWithRetries(
    request: ChatRequest,
    { seed, signal, onSend, onAttempt, cover, experiment = false }: AskOptions,
  ): Promise<AskResult> {
    const attempts: Attempt[] = []
    const tried = (attempt: Attempt): void => {
      attempts.push(attempt)
      onAttempt?.(attempt)
    }
    const sent = withSample(request, options.dialect, { seed, stream })
    const ofPrompt = (): number => promptTokens(sent.messages)
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
        const billed = billedTry(body, { answered: true, promptTokens: ofPrompt })
        tried({ ms, status: 200, error: '', ...billed })
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
        tried(attemptOf(failed, Math.max(0, now() - start), ofPrompt))
        if (!experiment || failed.classified.code !== 'parameter') throwIfFatal(failed)
        if (failed.classified.congested) admission.congested(ticket)
        throw failed
      }
    }

    try {
      const run = (attempt: number): Promise<unknown> => admission.run(oneTry, { signal, again: attempt > 1 })
      const body = await pRetry((attempt) => underReservation(cover, sent, attempts, () => run(attempt)), {
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
    if (classified.code === 'unreachable' && hasOthers())
      throw stopAll(fatalError(named, classified, failure))
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
    facts: () => readServerFacts(transport, baseUrl, apiKey),
    streams: () => stream,
    async streamForm(request, { seed, signal, onSend, cover }) {
      const sent = withSample(request, options.dialect, { seed, stream })
      const held = await cover?.(sent)
      let bill = emptyBill()
      try {
        await onSend?.()
        const deadline = AbortSignal.any([signal, AbortSignal.timeout(options.deadline_seconds * 1000)])
        const streamed = await readStreamForm(transport, sent, deadline)
        const billed = billedTry(streamed.body, {
          answered: true,
          promptTokens: () => promptTokens(sent.messages),
        })
        bill = billOf([{ ms: 0, status: 200, error: '', ...billed }], streamed.body)
        return { ...streamed, billed }
      } finally {
        held?.settle(bill)
      }
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
