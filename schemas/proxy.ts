import { UsageError } from './errors.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The proxy that a variable names. */
export type Proxy = { variable: string; url: URL }

const variables = {
  http: ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
  https: ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'http_proxy', 'HTTP_PROXY'],
} as const

/** What a dispatcher of undici takes, which by itself would read the environment without ALL_PROXY and bare hosts. */
export function proxyOptions(environment: Environment): {
  httpProxy: string
  httpsProxy: string
  noProxy: string
} {
  const address = (scheme: keyof typeof variables): string => proxyNamed(scheme, environment)?.url.href ?? ''
  return { httpProxy: address('http'), httpsProxy: address('https'), noProxy: exemptions(environment) }
}

/** The proxy through which an address is asked; `undefined` where none is named or `NO_PROXY` names the host. */
export function proxyFor(address: string, environment: Environment): Proxy | undefined {
  const { protocol, hostname, port } = new URL(address)
  const scheme = protocol === 'https:' ? 'https' : 'http'
  const place = { host: hostname, port: port || (scheme === 'https' ? '443' : '80') }
  return exemptions(environment)
    .split(/[,\s]+/u)
    .some((entry) => isNamed(entry, place))
    ? undefined
    : proxyNamed(scheme, environment)
}

/**
 * An address without a scheme is one of http, as curl reads it.
 * @throws UsageError for a value that is no address; it is not shown, because it may hold a password
 */
function proxyNamed(scheme: keyof typeof variables, environment: Environment): Proxy | undefined {
  const variable = variables[scheme].find((name) => (environment[name] ?? '').trim() !== '')
  if (variable === undefined) return undefined
  const value = environment[variable]!.trim()
  const address = /^[a-z][a-z\d+.-]*:\/\//iu.test(value) ? value : `http://${value}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || !['http:', 'https:', 'socks5:', 'socks:'].includes(url.protocol))
    throw new UsageError(`${variable} does not hold the address of a proxy; write it as http://HOST:PORT`)
  return { variable, url }
}

function exemptions(environment: Environment): string {
  return environment['no_proxy'] || environment['NO_PROXY'] || ''
}

/** Whether an entry of `NO_PROXY` names a place: any, a host, the hosts below a domain, each with a port or without. */
function isNamed(entry: string, place: { host: string; port: string }): boolean {
  const { name = '', port } = /^(?<name>\[.*\]|.*?)(?::(?<port>\d+))?$/u.exec(entry)?.groups ?? {}
  if (name === '' || (port !== undefined && port !== place.port)) return false
  const host = name.replace(/^\*?\./u, '').toLowerCase()
  return name === '*' || host === place.host || place.host.endsWith(`.${host}`)
}
