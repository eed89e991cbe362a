import type { ServerResponse } from 'node:http'

/** Waits; the end of the connection ends the wait. Zero does not wait at all. */
export async function pause(milliseconds: number, response: ServerResponse): Promise<void> {
  if (milliseconds <= 0 || response.destroyed) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds)
    response.once('close', done)
    function done(): void {
      clearTimeout(timer)
      response.off('close', done)
      resolve()
    }
  })
}
