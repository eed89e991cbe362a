import { RunError, StoppedError } from '../../schemas/errors.ts'
import { proxyFor } from '../../schemas/proxy.ts'
import { oneLine, type WireFailure } from '../wire/call-error.ts'
import type { Classified } from '../wire/classify-error.ts'

/** An endpoint as messages name it. */
export type Named = { name: string; baseUrl: string; apiKeyEnv: string | undefined; apiKey: string }

/** What a person can do about each failure that ends a run. */
const advice: Readonly<Record<string, string>> = {
  not_found: 'check model, and that base_url is the address up to and with /v1',
  html: 'check that base_url is the address of the API, up to and with /v1',
  no_choices: 'check that base_url is the address of a chat-completions API, up to and with /v1',
  parameter:
    "remove that field from sampling or extra_body, set it to null in extra_body (seed, stream_options), or set the endpoint's dialect to the server in use",
  prefill:
    'its chat template does not let an answer be begun with an empty think block: serve the model with one that leaves assistant messages as they are, or take `switch: prefilled_empty` out of the arm',
  unreachable: 'start the server or correct base_url, then run the same command again',
  tls: 'correct the certificate, or http against https in base_url',
  quota: 'add credit or wait for the next period, then run the same command again: no answer is lost',
  rate_limit:
    'wait for the next period or lower max_in_flight, then run the same command again: no answer is lost',
}

/** The error that ends the run: which endpoint, what came, what to do. Never with the key in it. */
export function fatalError(
  named: Named,
  classified: Classified,
  failure: WireFailure,
): RunError | StoppedError {
  const { code } = classified
  const what = failure.status === 0 ? failure.code || code : `HTTP ${failure.status}`
  const hint = adviceOn(code, failure, named)
  const message = hideKey(
    named,
    `endpoint ${named.name} (${named.baseUrl}): ${what}: ${oneLine(failure.message).replace(/[.:;,]+$/u, '')}: ${hint}`,
  )
  return classified.kind === 'stop' ? new StoppedError(message) : new RunError(message)
}

function adviceOn(code: string, { status, message }: WireFailure, named: Named): string {
  // No server was asked: `fetch` refuses ports that other protocols have a name on.
  if (status === 0 && message === 'bad port')
    return 'its port is one of those that the Fetch standard blocks, such as 6000 and 10080: have the server listen on another'
  const proxy = proxyFor(named.baseUrl, process.env)
  if (code === 'auth' && status === 403 && proxy === undefined)
    return `${keyAdvice(named)}; where only a proxy may ask the server, name it in HTTP_PROXY or HTTPS_PROXY`
  if (code === 'auth') return keyAdvice(named)
  if (proxy !== undefined && status === 0 && /tunnel/iu.test(message))
    return `the proxy ${proxy.url.host} lets nobody through to it: ask who runs the proxy, or correct ${proxy.variable} or NO_PROXY`
  if (code === 'unreachable' && proxy !== undefined)
    return `start the server or its proxy ${proxy.url.host}, or correct base_url, ${proxy.variable} or NO_PROXY, then run the same command again`
  return advice[code] ?? 'see what the server says, then run the same command again'
}

/** Servers repeat the key they were sent in their error messages. */
export function hideKey({ apiKey }: Pick<Named, 'apiKey'>, text: string): string {
  return apiKey.length < 4 ? text : text.replaceAll(apiKey, '[key]')
}

function keyAdvice({ apiKeyEnv, apiKey }: Named): string {
  if (apiKeyEnv === undefined) return 'name the environment variable that holds the key in api_key_env'
  return apiKey === '' ? `set ${apiKeyEnv}, which is empty` : `set a valid key in ${apiKeyEnv}`
}
