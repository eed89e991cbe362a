import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { callerOf } from './access.ts'
import { drainBody } from './http/exchange.ts'
import type { Call, Exchange, HubState } from './http/exchange.ts'
import type { FaultDraw } from './faults/draw.ts'
import type { CallKind } from './options.ts'
import { Refusal } from './http/refusal.ts'
import { refusalReply } from './http/reply.ts'
import type { Reply } from './http/reply.ts'
import type { LoggedRequest, RequestLog } from './http/request-log.ts'
import { send } from './http/send.ts'

type Handle = (
  origin: LoggedRequest['origin'],
  calls: readonly Call[],
  request: IncomingMessage,
  response: ServerResponse,
) => void

/** What takes every request from its head to its answer: finds the call, lets faults strike, answers, logs. */
export function handler(hub: HubState, log: RequestLog, faults: FaultDraw): Handle {
  return (origin, calls, request, response) => {
    const url = new URL(
      request.url ?? '/',
      { hub: hub.url, objects: hub.objectsUrl, cas: hub.casUrl }[origin],
    )
    const method = request.method ?? 'GET'
    const call = calls.find((candidate) => isFor(candidate, method, url))
    const entry = log.open({
      origin,
      kind: call?.kind ?? 'unknown',
      method,
      path: url.pathname + url.search,
      authorization: request.headers.authorization !== undefined,
    })
    response.setHeader('x-request-id', randomUUID())
    response.once('close', () => log.close(entry, !response.writableFinished))
    const exchange: Exchange = {
      hub,
      request,
      kind: entry.kind,
      url,
      parameters: parametersOf(call, url),
      entry,
      caller: undefined,
      pageSize: undefined,
    }
    void serve(exchange, call, faults, response)
  }
}

async function serve(
  exchange: Exchange,
  call: Call | undefined,
  faults: FaultDraw,
  response: ServerResponse,
): Promise<void> {
  const { request, entry } = exchange
  // A request whose body is not read to its end loses its socket, so it is held here.
  const { socket } = request
  try {
    const reply = await answer(exchange, call, faults)
    if (reply.cutAfter !== 0) await drainBody(exchange)
    await send(reply, socket, response, entry)
  } catch (error) {
    // A client that went away is no news; anything else is a defect of this server and must be seen.
    if (!socket.destroyed) console.error(error)
    socket.destroy()
  }
}

async function answer(exchange: Exchange, call: Call | undefined, faults: FaultDraw): Promise<Reply> {
  const struck = faults.strike(exchange.entry)
  if (struck !== undefined) exchange.entry.faults.push(struck.fault.name)
  const { fault, plan } = struck ?? {}
  if (fault?.instead !== undefined) return fault.instead(exchange, plan!)
  try {
    if (exchange.entry.origin === 'hub') {
      exchange.caller = callerOf(exchange.hub, exchange.request.headers.authorization)
    }
    await fault?.before?.(exchange, plan!)
    if (call === undefined)
      throw new Refusal(404, `There is no ${exchange.request.method} ${exchange.url.pathname}`)
    const reply = await call.answer(exchange)
    return (await fault?.after?.(reply, exchange, plan!)) ?? reply
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return refusalReply(error)
  }
}

function isFor(call: Call, method: string, url: URL): boolean {
  if (!call.methods.includes(method) || !call.path.test(url.pathname)) return false
  // The object store has one path; the signed query says what a URL is for.
  const action = url.searchParams.get('action') as CallKind | null
  return !url.pathname.startsWith('/objects/') || action === call.kind
}

function parametersOf(call: Call | undefined, url: URL): Record<string, string | undefined> {
  const groups = call?.path.exec(url.pathname)?.groups ?? {}
  return Object.fromEntries(
    Object.entries(groups as Record<string, string | undefined>).map(([name, value]) => [
      name,
      value === undefined ? undefined : decodeURIComponent(value),
    ]),
  )
}
