import type { EndpointClient } from './endpoint-client.ts'
import type { Server } from '../endpoint-options.ts'

/** One of several servers of the same models. */
export type Replica = {
  server: Server
  client: EndpointClient
  up: boolean
  /** Requests that were given to it and have not reached its client yet. */
  promised: number
  /** How long it is set aside the next time. */
  asideMs: number
  /** Whether a person has read that it was set aside: the message comes once. */
  told: boolean
}

/** The server that has the largest part of its limit free, the earlier one of equals. */
export function freest(replicas: readonly Replica[]): Replica | undefined {
  let best: Replica | undefined
  for (const each of replicas)
    if (roomOf(each) > 0 && (best === undefined || loadOf(each) < loadOf(best))) best = each
  return best
}

/** Further requests that it can take now; less than none where its limit has fallen. */
export function roomOf({ client, promised }: Replica): number {
  const { inFlight, waiting, limit } = client.state()
  return limit - inFlight - waiting - promised
}

function loadOf(replica: Replica): number {
  return 1 - roomOf(replica) / replica.client.state().limit
}
