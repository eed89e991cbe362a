import { createReadStream } from 'node:fs'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Reply, ReplyBody } from './reply.ts'
import type { LoggedRequest } from './request-log.ts'

/** Sends a reply, as a whole or in the way that a fault wants it. */
export async function send(
  reply: Reply,
  socket: Socket,
  response: ServerResponse,
  entry: LoggedRequest,
): Promise<void> {
  const { cutAfter } = reply
  if (cutAfter === 0) {
    entry.cut = true
    socket.destroy()
    return
  }
  entry.status = reply.status
  const withBody = response.req.method !== 'HEAD' && reply.body !== undefined
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(reply.status === 204 ? {} : { 'content-length': String(lengthOf(reply.body)) }),
  })
  if (!withBody) {
    response.end()
    return
  }
  async function* outgoing(): AsyncGenerator<Uint8Array> {
    for await (const chunk of pieces(reply)) {
      if (cutAfter !== undefined && entry.bytesOut + chunk.length >= cutAfter) {
        const rest = chunk.subarray(0, cutAfter - entry.bytesOut)
        entry.bytesOut += rest.length
        // The client must have the bytes before the cut, or it could not distinguish a cut body from a cut request.
        await new Promise<void>((resolve) => response.write(rest, () => resolve()))
        entry.cut = true
        socket.destroy()
        return
      }
      entry.bytesOut += chunk.length
      yield chunk
    }
  }
  await pipeline(Readable.from(outgoing(), { objectMode: false }), response)
}

async function* pieces(reply: Reply): AsyncGenerator<Uint8Array> {
  const { drip } = reply
  for await (const chunk of bytesOf(reply.body!)) {
    if (drip === undefined) yield chunk
    else {
      for (let start = 0; start < chunk.length; start += drip.bytes) {
        yield chunk.subarray(start, start + drip.bytes)
        await pause(drip.pause)
      }
    }
  }
}

async function* bytesOf(body: ReplyBody): AsyncGenerator<Uint8Array> {
  if ('bytes' in body) yield body.bytes
  else if (body.end > body.start) {
    yield* createReadStream(body.file, { start: body.start, end: body.end - 1 }) as AsyncIterable<Uint8Array>
  }
}

function lengthOf(body: ReplyBody | undefined): number {
  if (body === undefined) return 0
  return 'bytes' in body ? body.bytes.length : body.end - body.start
}
