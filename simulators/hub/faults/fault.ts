import type { Exchange } from '../http/exchange.ts'
import { callKinds } from '../options.ts'
import type { CallKind, FaultPlan } from '../options.ts'
import { Refusal } from '../http/refusal.ts'
import type { ErrorCode } from '../http/refusal.ts'
import { refusalReply, storageErrorReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'

/** One way in which a Hub or its object store fails. At least one of the three functions is there. */
export type Fault = {
  name: string
  /** What the client sees, for people. */
  does: string
  /** The calls that it can strike. */
  kinds: readonly CallKind[]
  /** Whether the same call succeeds when it is simply made again; the random mode draws from these. */
  passing: boolean
  /** Before the call is answered in the usual way. */
  before?(exchange: Exchange, plan: FaultPlan): Promise<void> | void
  /** Instead of the usual answer. The request's body has not been read. */
  instead?(exchange: Exchange, plan: FaultPlan): Promise<Reply> | Reply
  /** Changes the usual answer. The call has had its effect. */
  after?(reply: Reply, exchange: Exchange, plan: FaultPlan): Promise<Reply> | Reply
}

/** The calls of the object store. */
const objectKinds = new Set<CallKind>(['put-object', 'put-part', 'complete-multipart', 'get-object'])

export const anyKind: readonly CallKind[] = callKinds

/** The calls of the chunk store. */
const casKinds = new Set<CallKind>(['xet-chunk', 'post-xorb', 'post-shard'])

/** The calls of the Hub itself. */
export const hubKinds: readonly CallKind[] = callKinds.filter(
  (kind) => !objectKinds.has(kind) && !casKinds.has(kind),
)

/** An error in the form of the origin that it comes from. */
export function errorReply(
  exchange: Exchange,
  status: number,
  message: string,
  more: { code?: ErrorCode; headers?: Record<string, string> } = {},
): Reply {
  if (exchange.entry.origin !== 'objects') return refusalReply(new Refusal(status, message, more))
  const reply = storageErrorReply(
    status,
    status === 429 || status === 503 ? 'SlowDown' : 'InternalError',
    message,
  )
  return { ...reply, headers: { ...reply.headers, ...more.headers } }
}

/** The JSON body of a reply, changed by `edit`. */
export function editedJson<Value>(reply: Reply, edit: (value: Value) => Value): Reply {
  if (reply.body === undefined || !('bytes' in reply.body) || reply.status !== 200) return reply
  const value = JSON.parse(Buffer.from(reply.body.bytes).toString('utf8')) as Value
  return { ...reply, body: { bytes: Buffer.from(JSON.stringify(edit(value))) } }
}
