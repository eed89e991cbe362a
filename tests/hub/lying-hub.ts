import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What a call asks for. */
export type CallName =
  | 'info'
  | 'refs'
  | 'tree'
  | 'create'
  | 'preupload'
  | 'batch'
  | 'put'
  | 'commit'
  | 'resolve'
  | 'any'

export type Call = {
  name: CallName
  request: IncomingMessage
  response: ServerResponse
  url: URL
  body: Buffer
  /** How often this kind of call has come, from 0. */
  count: number
  hub: LyingHub
}

/** Answers a call otherwise than a Hub does. */
export type Lie = (call: Call) => unknown

export type LyingHub = {
  url: string
  files: Map<string, Buffer>
  commit: string
  /** What was uploaded, by its sha256. */
  objects: Map<string, Buffer>
  requests: number
  /** Bytes that were written to all connections so far. */
  sent(): number
  close(): Promise<void>
}

const commit = 'c0ffee'.padEnd(40, '0')

/** A small honest Hub of one dataset, which lies where a test says so. */
export async function lyingHub(
  files: Record<string, string | Buffer>,
  lies: Partial<Record<CallName, Lie>>,
): Promise<LyingHub> {
  const sockets = new Set<{ bytesWritten: number }>()
  const counts = new Map<CallName, number>()
  const hub: LyingHub = {
    url: '',
    files: new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])),
    commit,
    objects: new Map(),
    requests: 0,
    sent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer((request, response) => {
    response.on('error', () => undefined)
    void answer(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    hub.requests += 1
    const url = new URL(request.url!, hub.url)
    const name = nameOf(request.method!, url.pathname)
    const count = counts.get(name) ?? 0
    counts.set(name, count + 1)
    const call: Call = { name, request, response, url, count, hub, body: await buffer(request) }
    const lie = lies[name] ?? lies.any
    if (lie) await lie(call)
    else honest(call)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return hub
}

function nameOf(method: string, path: string): CallName {
  if (method === 'PUT') return 'put'
  if (path.endsWith('/info/lfs/objects/batch')) return 'batch'
  const found = /\/(preupload|commit|tree|refs|resolve|revision|repos)(?:\/|$)/u.exec(path)?.[1]
  return found === 'revision' || found === undefined
    ? 'info'
    : found === 'repos'
      ? 'create'
      : (found as CallName)
}

/** What a Hub answers. A lie may begin with it. */
export function honest(call: Call): void {
  const { name, url, body, hub } = call
  const { objects } = hub
  if (name === 'info')
    json(call, {
      id: 'org/set',
      _id: '1',
      sha: commit,
      private: false,
      downloads: 0,
      likes: 0,
      gated: false,
      lastModified: '2026-01-01T00:00:00Z',
    })
  else if (name === 'refs') json(call, { branches: [{ name: 'main' }], tags: [], pullRequests: [] })
  else if (name === 'create') json(call, { error: 'exists' }, 409)
  else if (name === 'tree') json(call, listed(hub))
  else if (name === 'preupload') {
    const { files } = JSON.parse(body.toString()) as { files: { path: string }[] }
    json(call, {
      files: files.map(({ path }) => ({
        path,
        uploadMode: path.endsWith('.parquet') ? 'lfs' : 'regular',
        shouldIgnore: false,
      })),
    })
  } else if (name === 'batch') {
    const asked = (JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] }).objects
    json(call, {
      transfer: 'basic',
      objects: asked.map(({ oid, size }) => ({
        oid,
        size,
        actions: { upload: { href: `${hub.url}/objects/${oid}` } },
      })),
    })
  } else if (name === 'put') {
    objects.set(url.pathname.split('/').at(-1)!, body)
    call.response.writeHead(200).end()
  } else if (name === 'commit') {
    for (const line of body.toString().split('\n').filter(Boolean)) {
      const { key, value } = JSON.parse(line) as {
        key: string
        value: { path: string; content: string; oid: string }
      }
      if (key === 'file') hub.files.set(value.path, Buffer.from(value.content, 'base64'))
      if (key === 'lfsFile') hub.files.set(value.path, objects.get(value.oid) ?? Buffer.alloc(0))
      if (key === 'deletedFile') hub.files.delete(value.path)
    }
    json(call, { success: true, commitOid: commit, commitUrl: `${hub.url}/commit/${commit}` })
  } else sendFile(call, hub.files.get(decodeURIComponent(url.pathname.split('/').slice(6).join('/'))))
}

/** The entries of a tree. */
export function listed(hub: LyingHub): object[] {
  return [...hub.files].map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
    lfs: path.endsWith('.parquet')
      ? { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 130 }
      : undefined,
  }))
}

export function json({ response }: Call, body: unknown, status = 200, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function sendFile({ request, response }: Call, bytes: Buffer | undefined): void {
  if (bytes === undefined) {
    response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end()
    return
  }
  const range = /^bytes=(\d+)-(\d*)$/u.exec(request.headers.range ?? '')
  if (!range) {
    response.writeHead(200, { 'content-length': bytes.length, etag: '"e"' }).end(bytes)
    return
  }
  const start = Number(range[1])
  const end = range[2] ? Math.min(bytes.length - 1, Number(range[2])) : bytes.length - 1
  response
    .writeHead(206, {
      'content-range': `bytes ${start}-${end}/${bytes.length}`,
      'content-length': end - start + 1,
      etag: '"e"',
    })
    .end(bytes.subarray(start, end + 1))
}

/** Bytes for ever, as fast as they are taken. */
export function endless(response: ServerResponse, piece: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  const bytes = Buffer.from(piece)
  const write = (): void => {
    while (!response.destroyed && response.write(bytes)) {
      /* until the pipe is full */
    }
    if (!response.destroyed) response.once('drain', write)
  }
  write()
}

/** A byte now and then, for ever. */
export function drip(response: ServerResponse, piece = ' ', everyMs = 40): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(piece), everyMs)
  response.on('close', () => clearInterval(timer))
}
