/**
 * When the last of some requests is answered, of which so many are at a server at the same time and the next one leaves when
 * a place is free.
 *
 * @param seconds of each request, in the order in which they leave
 */
export function makespan(seconds: Iterable<number>, places: number): number {
  const ends = new Float64Array(Math.max(1, places))
  let used = 0
  let last = 0
  for (const each of seconds) {
    let end = each
    if (used < ends.length) rise(ends, used++, end)
    else {
      end += ends[0]!
      sink(ends, end)
    }
    if (end > last) last = end
  }
  return last
}

/** Puts a value behind the others of a heap whose smallest one is first. */
function rise(heap: Float64Array, size: number, value: number): void {
  let at = size
  while (at > 0) {
    const above = (at - 1) >> 1
    if (heap[above]! <= value) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = value
}

/** Puts a value into a full heap in the place of the smallest one. */
function sink(heap: Float64Array, value: number): void {
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && heap[below + 1]! < heap[below]!) below += 1
    if (heap[below]! >= value) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = value
}

/** From when to when a request was at an endpoint, in milliseconds since 1970. */
export type Flight = { sent: number; ended: number }

/**
 * How many requests were at an endpoint at the same time while others waited for a place: what one in ten of the sends saw or
 * exceeded, once as many had been sent as were ever there. Not the middle one: towards the end, and where answers decide on
 * further samples, there is less to ask than there are places.
 *
 * @returns `undefined` where too few were sent to say that any had to wait
 */
export function placesSeen(flights: readonly Flight[]): number | undefined {
  const sends = flights.toSorted((a, b) => a.sent - b.sent)
  const ends = flights.map(({ ended }) => ended).toSorted((a, b) => a - b)
  let gone = 0
  const there = sends.map(({ sent }, index) => {
    while (gone < ends.length && ends[gone]! <= sent) gone += 1
    return index + 1 - gone
  })
  // Not spread: a pilot may have more requests than a call has arguments.
  const most = there.reduce((peak, each) => Math.max(peak, each), 0)
  if (there.length <= 2 * most) return undefined
  const later = there.slice(most).toSorted((a, b) => a - b)
  return later[Math.floor(0.9 * later.length)]
}
