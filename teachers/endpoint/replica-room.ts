import { freest, type Replica, roomOf } from './replica.ts'

/** The queue in front of several servers: a request waits here until one of them has room for it. */
export type ReplicaRoom = {
  /**
   * Resolves with the server that has the most room, once one has some, and counts the request as promised to it. A server
   * at which the request failed before is taken only where no other is up.
   */
  take(failedAt: ReadonlySet<Replica>): Promise<Replica>
  /** Resolves when a further request would not have to queue behind others, or nothing is sent any more. */
  ready(): Promise<void>
  /** Lets as many go on as there is room for, and all of them once nothing is sent any more. */
  admit(): void
  /** How many wait. */
  waiting(): number
}

/** @param stopping aborted once nothing is sent any more: whoever waits then rejects with the signal's reason */
export function openRoom(replicas: readonly Replica[], stopping: AbortSignal): ReplicaRoom {
  /** In the order of coming. */
  const waiting: (() => void)[] = []

  async function turn(): Promise<void> {
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
  }

  return {
    async take(failedAt) {
      for (;;) {
        stopping.throwIfAborted()
        const up = replicas.filter((each) => each.up)
        const others = up.filter((each) => !failedAt.has(each))
        const free = freest(others.length > 0 ? others : up)
        if (free !== undefined) {
          free.promised += 1
          return free
        }
        await turn()
      }
    },
    async ready() {
      if (stopping.aborted) return
      if (waiting.length > 0 || freest(replicas.filter((each) => each.up)) === undefined) await turn()
    },
    admit() {
      const room = replicas.reduce((sum, each) => sum + (each.up ? Math.max(0, roomOf(each)) : 0), 0)
      for (const wake of waiting.splice(0, stopping.aborted ? waiting.length : room)) wake()
    },
    waiting: () => waiting.length,
  }
}
