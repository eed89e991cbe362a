import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { CallKind, Token } from '../options.ts'
import { Refusal } from './refusal.ts'
import type { Reply } from './reply.ts'
import type { LoggedRequest } from './request-log.ts'
import type { SignedUrls } from '../store/signed-urls.ts'
import type { ObjectStore } from '../store/objects.ts'
import type { Repositories } from '../store/repositories.ts'
import type { XetTokens } from '../store/xet-tokens.ts'

/** What the server is while it runs. */
export type HubState = {
  /** Addresses without a slash at the end. */
  url: string
  objectsUrl: string
  /** The chunk store's address. */
  casUrl: string
  repositories: Repositories
  objects: ObjectStore
  signedUrls: SignedUrls
  xetTokens: XetTokens
  /** Whether clients that offer xet get it. */
  xet: boolean
  tokens: readonly Token[]
  multipart: { from: number; partSize: number }
  regularLimit: number
  pageSize: number | undefined
  now: () => number
}

/** One request on its way to its reply. */
export type Exchange = {
  hub: HubState
  request: IncomingMessage
  kind: CallKind
  url: URL
  /** The named parts of the path, percent-decoded. */
  parameters: Record<string, string | undefined>
  entry: LoggedRequest
  /** The user whose token came with it. */
  caller: Token | undefined
  /** Rows on a page of this answer, where a fault says so. */
  pageSize: number | undefined
}

/** One kind of request: how it is known and how it is answered. Errors are thrown as `Refusal`. */
export type Call = {
  kind: CallKind
  methods: readonly string[]
  /** Over the path without the query, percent-encoded as it came. */
  path: RegExp
  answer(exchange: Exchange): Promise<Reply> | Reply
}

/** The body of the request, a chunk at a time, counted for the log. */
export async function* bodyChunks(exchange: Exchange): AsyncGenerator<Uint8Array> {
  for await (const chunk of exchange.request as AsyncIterable<Uint8Array>) {
    exchange.entry.bytesIn += chunk.length
    yield chunk
  }
}

/** Reads what is left of the body: a client that is still sending could miss an early answer. */
export async function drainBody(exchange: Exchange): Promise<void> {
  const { request, entry } = exchange
  if (request.readableEnded || request.destroyed) return
  for await (const chunk of request as AsyncIterable<Uint8Array>) entry.bytesIn += chunk.length
}

export async function bodyBytes(exchange: Exchange): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(bodyChunks(exchange)))
}

export async function bodyText(exchange: Exchange): Promise<string> {
  return (await bodyBytes(exchange)).toString('utf8')
}

/** The JSON body in the given shape; 400 when it is something else. */
export async function bodyJson<Schema extends z.ZodType>(
  exchange: Exchange,
  schema: Schema,
): Promise<z.output<Schema>> {
  return parseJson(await bodyText(exchange), schema)
}

/** JSON text in the given shape; 400 when it is something else. */
export function parseJson<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Refusal(400, `Invalid JSON: ${(error as Error).message}`)
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new Refusal(400, z.prettifyError(parsed.error).replaceAll('\n', ' '))
  return parsed.data
}
