/** A clock that stands still unless somebody sleeps: a sleep moves it on at once. */
export function fakeClock(): {
  now: () => number
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  slept: number[]
} {
  let time = Date.UTC(2026, 0, 1)
  const slept: number[] = []
  return {
    now: () => time,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept.push(ms)
      time += ms
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    },
    slept,
  }
}
