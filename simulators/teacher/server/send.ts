import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Completion, Wire } from '../faults/fault.ts'
import type { SimulatorOptions } from '../options.ts'
import { completionBody } from './completion.ts'
import { ERROR_EVENT, streamEvents } from './events.ts'
import { pause } from './pause.ts'

/** Bytes that are gathered before they go to the socket, when no time passes between tokens. */
const BATCH_CHARACTERS = 16_384

/** Sends a completion as one JSON body, at the pace of the options and with the faults of the wire. */
export async function sendBody(
  response: ServerResponse,
  completion: Completion,
  wire: Wire,
  options: SimulatorOptions,
): Promise<void> {
  await pause(wire.headerDelayMs, response)
  const paced = options.first_token_ms + options.token_ms * completion.tokens
  await pause(paced, response)
  const body = Buffer.from(completionBody(completion))
  response.writeHead(200, { 'content-type': 'application/json' })
  await sendPreludes(response, '\n', wire)
  if (wire.stopAfter === 1) {
    response.end(body)
    return
  }
  const cut = cutPoint(body, Math.floor(body.length * wire.stopAfter), wire.splitCharacter)
  await breakOff(response, body.subarray(0, cut), wire.stopHow === 'end')
}

/** Sends a completion as server-sent events, at the pace of the options and with the faults of the wire. */
export async function sendStream(
  response: ServerResponse,
  completion: Completion,
  includeUsage: boolean,
  wire: Wire,
  options: SimulatorOptions,
): Promise<void> {
  await pause(wire.headerDelayMs, response)
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  await sendPreludes(response, ': keep-alive\n\n', wire)
  await pause(options.first_token_ms, response)

  const lastToken = wire.stopAfter === 1 ? Infinity : completion.tokens * wire.stopAfter
  let sent = 0
  let batch = ''
  for (const { data, tokens } of streamEvents(completion, options.chunk_tokens, includeUsage)) {
    if (response.destroyed) return
    // Even an answer without text breaks off before its finish chunk.
    if (sent + tokens > lastToken || (sent >= lastToken && lastToken < Infinity)) {
      await breakStream(response, batch, data, wire)
      return
    }
    sent += tokens
    batch += data
    if (options.token_ms > 0 && tokens > 0) {
      response.write(batch)
      batch = ''
      await pause(options.token_ms * tokens, response)
    } else if (batch.length > BATCH_CHARACTERS) {
      const drained = response.write(batch)
      batch = ''
      if (!drained) await Promise.race([once(response, 'drain'), once(response, 'close')])
    }
  }
  response.end(batch)
}

/** What keeps a connection open while nothing is ready; it ends with the connection at the latest. */
async function sendPreludes(
  response: ServerResponse,
  text: string,
  { preludes, preludeDelayMs }: Wire,
): Promise<void> {
  for (let index = 0; index < preludes && !response.destroyed; index++) {
    await pause(preludeDelayMs, response)
    response.write(text)
  }
}

async function breakStream(response: ServerResponse, batch: string, next: string, wire: Wire): Promise<void> {
  if (wire.stopHow === 'error_event') response.end(`${batch}${ERROR_EVENT}data: [DONE]\n\n`)
  else if (wire.stopHow === 'end') response.end(batch)
  else {
    // A character of three bytes with only two of them sent.
    const half = next.slice(0, next.length / 2)
    const part = wire.splitCharacter ? Buffer.from(`${half}…`).subarray(0, -1) : Buffer.from(half)
    await breakOff(response, Buffer.concat([Buffer.from(batch), part]), false)
  }
}

/** Writes what is left to write and ends the connection, in good order or not. */
async function breakOff(response: ServerResponse, bytes: Buffer, inOrder: boolean): Promise<void> {
  if (inOrder) {
    response.end(bytes)
    return
  }
  // A reset before the bytes have left would take them with it.
  await new Promise<void>((resolve) => {
    response.write(bytes, () => resolve())
  })
  response.socket?.resetAndDestroy()
}

/** A place at or before `at`; with `split` one inside the last multi-byte character before it, where there is one. */
function cutPoint(body: Buffer, at: number, split: boolean): number {
  if (!split) return at
  for (let index = at; index > 0; index--) if ((body[index]! & 0xc0) === 0x80) return index
  return at
}
