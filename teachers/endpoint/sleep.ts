import { setTimeout as sleepFor } from 'node:timers/promises'

/** Waits; rejects at once when the signal is aborted. */
export async function sleepMs(ms: number, signal?: AbortSignal): Promise<void> {
  await sleepFor(ms, undefined, signal === undefined ? {} : { signal })
}
