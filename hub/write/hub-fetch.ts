import type { HubClient } from '../client/client.ts'
import { boundedBytes, mostApiBytes } from '../client/bounded.ts'
import { badAnswer, type CallKind, HubError } from '../client/error.ts'
import { checkBatch } from './check-batch.ts'

/**
 * The `fetch` that is handed to @huggingface/hub, which itself retries nothing, keeps every uploaded file in memory and
 * hides the headers of a refusal. It makes every call by our own client:
 *
 * - a response that is not good is thrown as a HubError, except a 404 that the package itself has a meaning for;
 * - an answer of the API must come from the Hub itself, which got the token;
 * - a commit that is on its way is waited for: cutting it off only hides what became of it.
 */
export function hubFetch(client: HubClient, stop: AbortSignal): typeof globalThis.fetch {
  return (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const { signal: givenUp, ...rest } = init
    // The package gives a call up when another one has failed: nobody waits for it any more.
    const signal =
      client.kindOf(url, init.method) === 'commit'
        ? null
        : AbortSignal.any([stop, ...(givenUp ? [givenUp] : [])])
    const isRanged = new Headers(init.headers).has('range')
    return client.call(
      url,
      { ...rest, signal },
      {
        staysAtHub: true,
        isExpected: ({ status, headers }, kind) =>
          status === 404 && (kind === 'foreign' || headers.get('x-error-code') === 'EntryNotFound'),
        async use(response, kind) {
          if (isRanged && kind === 'read') refuseWholeFile(response)
          const whole = await inMemory(response, kind, client)
          if (url.pathname.endsWith('/info/lfs/objects/batch')) checkBatch(await whole.clone().text())
          return whole
        },
      },
    )
  }
}

/** With its whole body, none of which is large, so that one that breaks off is met here and the call repeated. */
async function inMemory(response: Response, kind: CallKind, client: HubClient): Promise<Response> {
  const { host } = new URL(response.url || client.endpoint)
  const what = kind === 'commit' ? 'the answer to a commit' : 'an answer'
  const body = await boundedBytes(client.body(response, kind), {
    call: kind,
    host,
    what,
    mostBytes: mostApiBytes,
  })
  const { status, statusText, headers } = response
  return new Response(body.byteLength === 0 ? null : new Uint8Array(body), {
    status,
    statusText,
    headers: [...headers],
  })
}

/** A whole file, which may be large, is not looked at where a few bytes were asked for. */
function refuseWholeFile({ ok, status, url, body }: Response): void {
  if (!ok || status === 206) return
  void body?.cancel()
  throw new HubError(`${new URL(url).origin} sends the whole file where a range was asked for`, {
    call: 'read',
    code: badAnswer,
  })
}
