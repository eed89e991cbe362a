import { UsageError } from '../../../schemas/errors.ts'

/** Where a queue is. */
export type QueueAddress = {
  /** With the password, if there is one: never shown. */
  url: string
  /** For people. */
  shown: string
  password: string | undefined
}

/** The variable that may hold the address, so that its password stands in no list of processes. */
const variable = 'TWINSTILL_QUEUE'

/**
 * Reads the address of a Redis or Valkey server.
 *
 * @param flag `true` where the flag has no value: then the variable `TWINSTILL_QUEUE` says it
 * @throws UsageError when it is no such address; the message does not repeat it, since it may hold a password
 */
export function queueAddress(
  flag: string | true,
  environment: Record<string, string | undefined>,
): QueueAddress {
  const text = flag === true ? (environment[variable] ?? '') : flag
  if (text === '')
    throw new UsageError(
      `--queue needs the address of a Redis or Valkey server, such as redis://127.0.0.1:6379, behind it or in ${variable}`,
    )
  const parsed = URL.parse(text)
  if (!parsed || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '')
    throw new UsageError(
      'the address of a queue has the form redis://HOST:PORT, redis://:PASSWORD@HOST:PORT/DATABASE, or rediss:// for TLS; what was given has another one',
    )
  const password = decoded(parsed.password)
  if (password === undefined)
    throw new UsageError(
      'the password in the address of a queue has a % that is no escape; write %25 for a % in it, %40 for an @, %2F for a /',
    )
  if (!/^\/?\d*$/u.test(parsed.pathname))
    throw new UsageError(
      'behind the port of the address of a queue stands the number of a database, or nothing',
    )
  const { protocol, host, pathname } = parsed
  return {
    url: text,
    shown: `${protocol}//${host}${pathname === '/' ? '' : pathname}`,
    password: password === '' ? undefined : password,
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
