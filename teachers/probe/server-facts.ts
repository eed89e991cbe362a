import type { ServerFacts } from '../../schemas/probe.ts'
import { isObject, parseJson, textOf } from '../json.ts'
import type { Transport } from '../wire/transport.ts'

const deadlineMs = 10_000

/** Names under which servers list the context of a model. */
const contextNames = [
  'max_model_len',
  'context_length',
  'max_context_length',
  'n_ctx',
  'context_window',
] as const

type Page = { body: unknown; software: string }

/**
 * What a server says of itself: the models list, `/version` (vLLM), `/props` (llama.cpp), `/api/version` and `/api/ps`
 * (Ollama; the latter lists loaded models only, so it is worth asking behind a first answer). What it does not serve is
 * left empty; nothing here is an error.
 *
 * @param baseUrl up to and with `/v1`
 */
export async function readServerFacts(
  { fetch }: Pick<Transport, 'fetch'>,
  baseUrl: string,
  apiKey: string,
): Promise<ServerFacts> {
  const base = baseUrl.replace(/\/+$/u, '')
  const root = base.replace(/\/v\d+$/u, '')
  const get = (url: string): Promise<Page | undefined> => readPage(fetch, url, apiKey)
  const models = await get(`${base}/models`)
  const props = await get(`${root}/props`)
  const version = await get(`${root}/version`)
  const ollama = version === undefined ? await get(`${root}/api/version`) : undefined
  const loaded = ollama === undefined ? undefined : await get(`${root}/api/ps`)
  const settings = memberOf(props?.body, 'default_generation_settings')
  return {
    software:
      [models, props, version].map((page) => page?.software ?? '').find(Boolean) ??
      (ollama === undefined ? '' : 'Ollama'),
    version: versionOf((version ?? ollama)?.body) || textMember(props?.body, 'build_info'),
    contexts: { ...contextsOf(models?.body, 'data', 'id'), ...contextsOf(loaded?.body, 'models', 'name') },
    context: contextOf(settings) ?? contextOf(props?.body),
  }
}

async function readPage(fetch: Transport['fetch'], url: string, apiKey: string): Promise<Page | undefined> {
  try {
    const response = await fetch(url, {
      headers: apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(deadlineMs),
    })
    const body = parseJson(await response.text())
    return response.ok && isObject(body)
      ? { body, software: response.headers.get('server') ?? '' }
      : undefined
  } catch {
    // Whether the endpoint can be reached is found out where it is asked; a page that it lacks says nothing.
    return undefined
  }
}

function contextsOf(body: unknown, listName: string, idName: string): Record<string, number> {
  const list = memberOf(body, listName)
  const contexts: Record<string, number> = {}
  for (const model of Array.isArray(list) ? list.filter(isObject) : []) {
    const context = contextOf(model) ?? contextOf(model['meta'])
    if (context !== null) contexts[textOf(model, idName)] = context
  }
  return contexts
}

function contextOf(value: unknown): number | null {
  for (const name of contextNames) {
    const context = memberOf(value, name)
    if (typeof context === 'number' && Number.isSafeInteger(context) && context > 0) return context
  }
  return null
}

function versionOf(body: unknown): string {
  return textMember(body, 'version')
}

function textMember(value: unknown, name: string): string {
  return isObject(value) ? textOf(value, name) : ''
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}
