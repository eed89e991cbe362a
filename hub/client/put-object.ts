import { Readable } from 'node:stream'
import { request, type Dispatcher } from 'undici'
import { boundedText } from './bounded.ts'

/** Nothing was taken or answered for so long: the connection is dead. A limit on the whole upload would cut off slow lines. */
const stalledMs = 180_000

/** How @huggingface/hub wants to hear of the progress of a PUT: a share between 0 and 1. */
type WithProgress = RequestInit & { progressHint?: { progressCallback: (share: number) => void } }

/**
 * Sends an object, or a part of one, to the address that the Hub gave for it, reading the body piece by piece. Node's own
 * `fetch` would copy the body for the case of a redirect and hold the whole file in memory (nodejs/undici#4058); a
 * redirect of an upload is an error anyway.
 */
export async function putObject(url: URL, init: WithProgress, dispatcher: Dispatcher): Promise<Response> {
  const { body, progressHint } = init
  const stalled = new AbortController()
  const timer = setTimeout(() => stalled.abort(stalledError()), stalledMs)
  const signals = [stalled.signal, ...(init.signal ? [init.signal] : [])]
  try {
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(url, {
      method: 'PUT',
      dispatcher,
      headers: {
        ...Object.fromEntries(new Headers(init.headers)),
        ...(body instanceof Blob && { 'content-length': String(body.size) }),
      },
      body:
        body instanceof Blob
          ? Readable.from(pieces(body, timer, progressHint?.progressCallback), { objectMode: false })
          : (body as string | null),
      signal: AbortSignal.any(signals),
      headersTimeout: 0,
      bodyTimeout: stalledMs,
    })
    const text = await boundedText(answer, {
      call: 'object',
      host: url.host,
      what: 'the answer to an upload',
      mostBytes: 1_000_000,
    })
    return new Response(statusCode === 204 ? null : text, {
      status: statusCode,
      headers: headerPairs(headers),
    })
  } finally {
    clearTimeout(timer)
  }
}

async function* pieces(
  blob: Blob,
  timer: NodeJS.Timeout,
  onShare: ((share: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  let sent = 0
  let told = 0
  for await (const piece of blob.stream()) {
    yield piece
    timer.refresh()
    sent += piece.length
    if (sent - told < blob.size / 50) continue
    told = sent
    onShare?.(sent / blob.size)
  }
}

function headerPairs(headers: Record<string, string | string[] | undefined>): [string, string][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().map((value): [string, string] => [name, value]),
  )
}

function stalledError(): Error {
  return Object.assign(new Error(`nothing moved for ${stalledMs / 1000} s`), { code: 'UPLOAD_STALLED' })
}
