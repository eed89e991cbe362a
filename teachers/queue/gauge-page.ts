import type { GaugePage } from '../dialects/dialect.ts'
import { isObject, parseJson } from '../json.ts'
import type { Transport } from '../wire/transport.ts'

/** What a server says about its queue, requests of others included. */
export type Gauges = { running: number; waiting: number }

/** The gauges of a page; `none` where the server does not serve them, `not now` where it may do so later. */
export async function fetchGauges(
  { fetch, get }: Pick<Transport, 'fetch' | 'get'>,
  baseUrl: string,
  page: GaugePage,
  signal: AbortSignal,
): Promise<Gauges | 'none' | 'not now'> {
  let response: Response
  let text: string
  try {
    response =
      page.at === 'api'
        ? await get(page.path, signal)
        : await fetch(besideApi(baseUrl, page.path), { signal })
    text = await response.text()
  } catch {
    // The gauges are a hint. A fault of the server shows in its answers, and the gauges are read again later.
    return 'not now'
  }
  if (response.status >= 500) return 'not now'
  return (response.ok ? readGauges(text, page) : undefined) ?? 'none'
}

/** An address beside the `/v1` of the base URL. */
export function besideApi(baseUrl: string, path: string): string {
  return baseUrl.replace(/(?:\/v1)?\/*$/u, path)
}

/**
 * The sums of two gauges over all their labels (engines, models), from the text format of Prometheus, or over the members of
 * `loads` in JSON; `undefined` when the text does not have both.
 */
export function readGauges(text: string, names: { running: string; waiting: string }): Gauges | undefined {
  const body = text.trimStart().startsWith('{') ? parseJson(text) : undefined
  const sum = body === undefined ? sumOfLines : sumOfLoads
  const [running, waiting] = [sum(text, names.running), sum(text, names.waiting)]
  return running === undefined || waiting === undefined ? undefined : { running, waiting }

  function sumOfLoads(_: string, name: string): number | undefined {
    const loads = isObject(body) && Array.isArray(body['loads']) ? body['loads'].filter(isObject) : []
    return sumOf(loads.map((load) => load[name]))
  }
}

function sumOfLines(text: string, name: string): number | undefined {
  const lines = text.split('\n').filter((line) => line.startsWith(name))
  return sumOf(lines.map((line) => /^(?:\{[^}]*\})?\s+(\S+)/u.exec(line.slice(name.length))?.[1]))
}

function sumOf(values: unknown[]): number | undefined {
  const numbers = values
    .filter((value) => value !== undefined && value !== null)
    .map(Number)
    .filter((value) => Number.isFinite(value) && value >= 0)
  return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum + value, 0)
}
