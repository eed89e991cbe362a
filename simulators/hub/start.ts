import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hubCalls } from './calls/registry.ts'
import type { HubState } from './http/exchange.ts'
import { faultDraw } from './faults/draw.ts'
import { handler } from './handle.ts'
import { objectCalls } from './calls/object-store.ts'
import { signedUrls } from './store/signed-urls.ts'
import { defaultToken } from './options.ts'
import type { CallKind, FaultPlan, HubOptions } from './options.ts'
import { requestLog } from './http/request-log.ts'
import type { LoggedRequest } from './http/request-log.ts'
import { openObjectStore } from './store/objects.ts'
import type { ObjectStore } from './store/objects.ts'
import { openRepositories } from './store/repositories.ts'
import type { Repository, RepositoryType } from './store/repository.ts'
import { xetCalls } from './xet/calls.ts'
import { xetTokens } from './store/xet-tokens.ts'

/** A running local Hub. */
export type Hub = {
  /** Without a slash at the end: what `hubUrl` and `HF_ENDPOINT` want. */
  url: string
  /** The origin of the object store. */
  objectsUrl: string
  /** The origin of the chunk store, for uploads in the Xet protocol. */
  casUrl: string
  /** The first token that the server knows. */
  token: string
  /** Every request in the order in which it came. */
  log: readonly LoggedRequest[]
  /** The most requests that were open at the same time; of one kind when it is named. */
  peak(kind?: CallKind): number
  /** A repository as the server holds it; changes through it reach the clients, not the disk. Default type: dataset. */
  repo(name: string, type?: RepositoryType): Repository | undefined
  objects: ObjectStore
  /** Puts another fault in force. */
  fault(plan: FaultPlan): void
  /** No fault strikes any more. */
  clearFaults(): void
  /** Ends the servers and cuts what is open. */
  close(): Promise<void>
} & AsyncDisposable

/** Starts a Hub with its object store and its chunk store on loopback, three origins. Everything that it holds is in `folder`. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const now = options.now ?? Date.now
  const log = requestLog(now, options.logFile)
  const faults = faultDraw(options.faults ?? [])
  const tokens = options.tokens ?? [defaultToken]
  const hubServer = createServer()
  const objectsServer = createServer()
  const casServer = createServer()
  const url = await listen(hubServer, options.port ?? 0)
  const objectsUrl = await listen(objectsServer, options.objectsPort ?? 0)
  const casUrl = await listen(casServer, 0)
  const state: HubState = {
    url,
    objectsUrl,
    casUrl,
    repositories: openRepositories(options.folder),
    objects: openObjectStore(options.folder),
    signedUrls: signedUrls(objectsUrl, now, options.urls ?? {}),
    xetTokens: xetTokens(now),
    xet: options.xet ?? false,
    tokens,
    multipart: options.multipart ?? { from: 32 * 2 ** 20, partSize: 16 * 2 ** 20 },
    regularLimit: options.regularLimit ?? 10_000_000,
    pageSize: options.pageSize,
    now,
  }
  const handle = handler(state, log, faults)
  hubServer.on('request', (request, response) => handle('hub', hubCalls, request, response))
  objectsServer.on('request', (request, response) => handle('objects', objectCalls, request, response))

  casServer.on('request', (request, response) => handle('cas', xetCalls, request, response))

  async function close(): Promise<void> {
    for (const server of [hubServer, objectsServer, casServer]) {
      if (!server.listening) continue
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    }
  }
  return {
    url,
    objectsUrl,
    casUrl,
    token: tokens[0]?.token ?? '',
    log: log.entries,
    peak: (kind) => log.peak(kind),
    repo: (name, type = 'dataset') => state.repositories.find(type, name),
    objects: state.objects,
    fault: (plan) => faults.add(plan),
    clearFaults: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
