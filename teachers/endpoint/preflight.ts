import { RunError, UsageError } from '../../schemas/errors.ts'
import type { WireFailure } from '../wire/call-error.ts'
import { classifyFailure } from '../wire/classify-error.ts'
import { describeFailure } from '../wire/describe-failure.ts'
import { describeErrorBody } from '../wire/error-body.ts'
import { fatalError, hideKey, type Named } from './endpoint-errors.ts'
import { findDialect } from '../dialects/registry.ts'
import { type Endpoint, type Server, serversOf } from '../endpoint-options.ts'
import { isObject, parseJson, textOf } from '../json.ts'
import { openTransport } from '../wire/transport.ts'

/** What an endpoint says about itself. */
export type EndpointCheck = {
  /** Ids of the models it lists, `null` when it has no list. */
  models: string[] | null
  /** One line for each thing that a person should know before the run. */
  warnings: string[]
}

/**
 * Asks an endpoint for its models before anything is spent. A server without a list is fine. Of several servers
 * one that can be used is enough: a fault of another one shows when that one is asked.
 * A list that cannot be read is a warning.
 * @throws RunError on one line when it cannot be reached or wants another key
 */
export async function checkEndpoint(
  name: string,
  options: Endpoint,
  models: readonly string[],
  deps: { apiKey?: string | undefined; deadlineMs?: number } = {},
): Promise<EndpointCheck> {
  const servers = serversOf(options)
  if (servers.length === 0)
    throw new UsageError(`endpoint ${name} has no base_url: state where its server is`)
  const checks = await Promise.allSettled(
    servers.map((server) => checkServer({ name, options, server, models }, deps)),
  )
  const failures = checks.flatMap((check) => (check.status === 'rejected' ? [check.reason as unknown] : []))
  const good = checks.flatMap((check) => (check.status === 'fulfilled' ? [check.value] : []))
  const defect = failures.find((reason) => !(reason instanceof RunError))
  if (defect !== undefined || good.length === 0) throw defect ?? failures[0]
  return { models: good[0]!.models, warnings: [...new Set(good.flatMap(({ warnings }) => warnings))] }
}

/** Whether a server takes requests again: anything but silence and an error of its own is an answer. */
export async function answersAtAll(
  server: Server,
  { apiKey, signal }: { apiKey?: string | undefined; signal: AbortSignal },
): Promise<boolean> {
  const transport = openTransport(server, { apiKey, now: Date.now })
  try {
    const response = await transport.get('/models', AbortSignal.any([signal, AbortSignal.timeout(15_000)]))
    await response.text()
    return response.status < 500
  } catch (error) {
    if (!isTimeout(error) && !signal.aborted) describeFailure(error)
    return false
  } finally {
    await transport.close()
  }
}

type Checked = { name: string; options: Endpoint; server: Server; models: readonly string[] }

async function checkServer(
  { name, options, server, models }: Checked,
  { apiKey = '', deadlineMs = 15_000 }: { apiKey?: string | undefined; deadlineMs?: number },
): Promise<EndpointCheck> {
  const named: Named = { name, baseUrl: server.baseUrl, apiKeyEnv: options.api_key_env, apiKey }
  const wanted = findDialect(server.dialect).namesOwnModels === true ? [] : models
  const transport = openTransport(server, { apiKey, now: Date.now })
  try {
    const response = await transport.get('/models', AbortSignal.timeout(deadlineMs))
    const text = await response.text()
    if (response.status === 404 || response.status === 405) return { models: null, warnings: [] }
    return readModels(named, { status: response.status, text }, wanted)
  } catch (error) {
    if (error instanceof RunError) throw error
    if (isTimeout(error)) return withoutList(named, `no answer within ${deadlineMs / 1000} s`)
    throw unusable(named, describeFailure(error))
  } finally {
    await transport.close()
  }
}

function readModels(
  named: Named,
  { status, text }: { status: number; text: string },
  wanted: readonly string[],
): EndpointCheck {
  const body = parseJson(text)
  if (status === 401) throw unusable(named, { ...describeErrorBody(body ?? text, `HTTP ${status}`), status })
  if (status >= 300)
    return withoutList(named, `HTTP ${status}: ${describeErrorBody(body ?? text, 'no reason').message}`)
  if (text.trimStart().startsWith('<')) return withoutList(named, 'a web page')
  const list = isObject(body) && Array.isArray(body['data']) ? body['data'] : undefined
  if (list === undefined) return { models: null, warnings: [] }
  const ids = list.filter(isObject).map((model) => textOf(model, 'id'))
  const missing = wanted.filter((model) => !namesOf(model).some((name) => ids.includes(name)))
  const known = ids.length > 8 ? `${ids.slice(0, 8).join(', ')} and ${ids.length - 8} more` : ids.join(', ')
  const warnings = missing.map(
    (model) => `endpoint ${named.name} does not list the model ${model}: it lists ${known || 'none'}`,
  )
  return { models: ids, warnings }
}

/**
 * Names under which a model may be listed: routers leave out the provider that a request may pin behind a colon, Ollama
 * adds the tag that a request may leave out.
 */
function namesOf(model: string): string[] {
  return [model, model.replace(/:[^:/]*$/u, ''), `${model}:latest`]
}

/** Before a run any failure ends it, also one that might pass. */
function unusable(named: Named, failure: WireFailure): Error {
  return fatalError(named, { ...classifyFailure(failure, { succeeded: false }), kind: 'endpoint' }, failure)
}

/** Keys and gateways without a list of models answer questions all the same, so the first answer is what counts. */
function withoutList(named: Named, what: string): EndpointCheck {
  const warning = `endpoint ${named.name} (${named.baseUrl}): its list of models cannot be read (${what}); whether it answers shows with the first question`
  return { models: null, warnings: [hideKey(named, warning)] }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}
