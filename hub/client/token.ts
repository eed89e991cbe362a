import type { HubAddress } from './environment.ts'

/**
 * The rule of the token, the only one: it goes to the Hub's own origin and nowhere else. Not to the stores that hold the
 * Hub's files, not to a host that a redirect names, not to the same host under another scheme or port. Every request, of
 * readers and of publishers, gets its headers here, and once more after every redirect.
 *
 * Beyond that, as the Fetch standard has it, no authorization of any kind goes to another origin than the one that was
 * asked for: the content store has a token of its own.
 *
 * @param url where the request goes now
 * @param asked where the caller sent it, before any redirect
 */
export function headersFor(
  url: URL,
  asked: URL,
  given: RequestInit['headers'],
  { endpoint, token }: HubAddress,
): Headers {
  const headers = new Headers(given)
  if (url.origin !== asked.origin) for (const name of credentials) headers.delete(name)
  if (token === undefined || url.origin === new URL(endpoint).origin) return headers
  return new Headers([...headers].filter(([, value]) => !value.includes(token)))
}

const credentials = ['authorization', 'cookie', 'proxy-authorization']

/** The header by which a caller says who asks the Hub; empty without a token. */
export function authorization({ token }: HubAddress): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}
