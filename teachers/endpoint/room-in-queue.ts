import type PQueue from 'p-queue'

/**
 * Resolves once no task of a queue waits for its turn. `onSizeLessThan` of the queue says the same, but takes an abort
 * controller for each wait, and its abort makes an error with a stack: 7 % of what asking costs.
 */
export function openRoomInQueue(queue: PQueue): () => Promise<void> {
  let waiting: (() => void)[] = []

  function wake(): void {
    if (waiting.length === 0 || queue.size > 0) return
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  queue.addEventListener('next', wake)
  queue.addEventListener('active', wake)
  return async () => {
    if (queue.size === 0) return
    await new Promise<void>((resolve) => {
      waiting.push(resolve)
    })
  }
}
