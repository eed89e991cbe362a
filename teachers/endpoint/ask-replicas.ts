import type { ChatRequest } from '../../schemas/arm.ts'
import { TwinstillError } from '../../schemas/errors.ts'
import type { Attempt } from '../../schemas/journal.ts'
import type { AskOptions, AskResult } from './endpoint-client.ts'
import type { ReplicaRoom } from './replica-room.ts'
import type { Replica } from './replica.ts'
import { asideMs, type SetAside } from './set-aside.ts'

/** Several servers of the same models, as a request is sent to them. */
export type ReplicaSet = {
  replicas: readonly Replica[]
  room: ReplicaRoom
  aside: SetAside
  stopping: AbortSignal
}

/**
 * Sends a request to the server that has the most room, and to another one where that one turns out to be of no use or
 * fails in a way that another need not share.
 */
export async function askReplicas(
  set: ReplicaSet,
  request: ChatRequest,
  options: AskOptions,
): Promise<AskResult> {
  const attempts: Attempt[] = []
  const failedAt = new Set<Replica>()
  const { shared, isOurs } = forAllServers(options, attempts)
  for (;;) {
    const replica = await set.room.take(failedAt)
    const result = await askAt(set, replica, { request, options: shared, isOurs })
    if (result === undefined) continue
    failedAt.add(replica)
    const another = set.replicas.some((each) => each.up && !failedAt.has(each))
    // What took too long here takes too long there, and has been paid for.
    if (result.ok || !result.retryable || result.code === 'timeout' || !another)
      return { ...result, attempts }
  }
}

type AskedAt = { request: ChatRequest; options: AskOptions; isOurs: (error: unknown) => boolean }

/** Nothing when the server turned out to be of no use, so that another one has to be asked. */
async function askAt(
  { room, aside, stopping }: ReplicaSet,
  replica: Replica,
  { request, options, isOurs }: AskedAt,
): Promise<AskResult | undefined> {
  const { client } = replica
  try {
    const asked = client.ask(request, options)
    replica.promised -= 1
    const result = await asked
    if (result.ok) replica.asideMs = asideMs.first
    return result
  } catch (error) {
    options.signal?.throwIfAborted()
    stopping.throwIfAborted()
    if (isOurs(error) || !(error instanceof TwinstillError)) throw error
    aside.setAside(replica, client, error)
    return undefined
  } finally {
    room.admit()
  }
}

/**
 * The options of a request that may be sent to several servers: its intent is written once, its tries are added to one
 * list, and a refused reservation is no fault of a server.
 */
function forAllServers(
  options: AskOptions,
  attempts: Attempt[],
): { shared: AskOptions; isOurs: (error: unknown) => boolean } {
  const { reserve } = options
  let sent = false
  let refusal: unknown
  async function reserveOrRemember(request: ChatRequest): ReturnType<NonNullable<typeof reserve>> {
    try {
      return await reserve!(request)
    } catch (error) {
      refusal = error
      throw error
    }
  }
  const shared: AskOptions = {
    ...options,
    ...(reserve === undefined ? {} : { reserve: reserveOrRemember }),
    async onSend() {
      if (!sent) await options.onSend?.()
      sent = true
    },
    onAttempt(attempt) {
      attempts.push(attempt)
      options.onAttempt?.(attempt)
    },
  }
  return { shared, isOurs: (error) => error === refusal }
}
