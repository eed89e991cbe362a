import PQueue from 'p-queue'
import { openRefusalLimit } from './refusal-limit.ts'

/** Who may be at a server at the same time. */
export type Admission = {
  /**
   * Runs a task when it is its turn. The slot is given back when the task ends, so whoever waits before trying again
   * does so outside. Rejects with the reason of `stop` or of the signal when it was never started.
   */
  run<Result>(task: (ticket: Ticket) => Promise<Result>, options?: RunOptions): Promise<Result>
  /** Starts nothing before this time (milliseconds since 1970). A later time moves it on, an earlier one does not. */
  pauseUntil(time: number): void
  /** The server refused this task because it has too much to do: no more from now on than it holds without it. */
  congested(ticket: Ticket): void
  /** At most so many at the same time from now on, whatever else allows more. */
  setCeiling(ceiling: number): void
  /** The same, where the places at the server are shared with others; none may be left. */
  setShare(places: number): void
  /** Tasks that run now, that wait, and that may run at the same time. */
  state(): { inFlight: number; waiting: number; limit: number }
  /** Starts nothing any more: waiting tasks and later ones reject with `reason`, running ones finish. */
  stop(reason: Error): void
  /** Resolves when nothing runs. */
  idle(): Promise<void>
  /** Waits for no time any more. */
  close(): void
}

/** Which limit a task was started under: a refusal of an older limit does not cut the present one. */
export type Ticket = { round: number }

type RunOptions = {
  signal?: AbortSignal | undefined
  /** A further try goes before first tries, so that what was begun is finished. */
  again?: boolean
}

export type Clock = { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> }

/** A queue of tasks of which as many run as a refusing server was seen to hold, and no more than the ceiling. */
export function openAdmission(max: number, clock: Clock): Admission {
  const queue = new PQueue({ concurrency: max })
  const stopping = new AbortController()
  const closing = new AbortController()
  const ended = AbortSignal.any([stopping.signal, closing.signal])
  const refusals = openRefusalLimit(max)
  let ceiling = max
  let share = max
  let growing = false
  let pausedUntil = 0
  let resuming = false

  async function run<Result>(
    task: (ticket: Ticket) => Promise<Result>,
    { signal, again = false }: RunOptions = {},
  ): Promise<Result> {
    stopping.signal.throwIfAborted()
    let started = false
    const start = (): Promise<Result> => {
      started = true
      return task({ round: refusals.round() })
    }
    try {
      const added = queue.add(start, { priority: again ? 1 : 0, ...(signal === undefined ? {} : { signal }) })
      void growWhenQuiet()
      return await added
    } catch (error) {
      if (!started) stopping.signal.throwIfAborted()
      throw error
    }
  }

  function pauseUntil(time: number): void {
    if (time <= pausedUntil || stopping.signal.aborted) return
    pausedUntil = time
    refusals.pausedUntil(time)
    queue.pause()
    if (!resuming) void resumeWhenDue()
  }

  async function resumeWhenDue(): Promise<void> {
    resuming = true
    while (pausedUntil > clock.now() && !stopping.signal.aborted) {
      try {
        await clock.sleep(pausedUntil - clock.now(), stopping.signal)
      } catch (error) {
        if (!stopping.signal.aborted) throw error
      }
    }
    resuming = false
    if (share > 0) queue.start()
    void growWhenQuiet()
  }

  function congested(ticket: Ticket): void {
    refusals.refused(ticket.round, Math.max(0, queue.pending - 1), clock.now())
    apply()
    void growWhenQuiet()
  }

  /** Whether the limit of refusals is what keeps a task waiting. */
  function isLimited(): boolean {
    return queue.size > 0 && queue.pending >= refusals.limit() && refusals.limit() <= Math.min(ceiling, share)
  }

  /** Grows for as long as more wait than may run; a refusal in between makes the next growth later. */
  async function growWhenQuiet(): Promise<void> {
    if (growing) return
    growing = true
    try {
      for (let at = refusals.growsAt(); at !== undefined && !ended.aborted; at = refusals.growsAt()) {
        if (!isLimited()) return
        if (at > clock.now()) await clock.sleep(at - clock.now(), ended)
        // A timer may end a little before the clock says so.
        if (isLimited() && refusals.grow(Math.max(at, clock.now()))) apply()
      }
    } catch (error) {
      if (!ended.aborted) throw error
    } finally {
      growing = false
    }
  }

  function setCeiling(most: number): void {
    ceiling = Math.max(1, Math.min(max, most))
    apply()
  }

  function setShare(places: number): void {
    share = Math.min(max, places)
    if (share === 0) queue.pause()
    else if (!resuming && queue.isPaused) queue.start()
    apply()
    void growWhenQuiet()
  }

  function apply(): void {
    const concurrency = Math.max(1, Math.min(refusals.limit(), ceiling, share))
    if (queue.concurrency !== concurrency) queue.concurrency = concurrency
  }

  function stop(reason: Error): void {
    if (stopping.signal.aborted) return
    stopping.abort(reason)
    queue.clear()
  }

  return {
    run,
    pauseUntil,
    congested,
    setCeiling,
    setShare,
    state: () => ({
      inFlight: queue.pending,
      waiting: queue.size,
      limit: share === 0 ? 0 : queue.concurrency,
    }),
    stop,
    idle: () => queue.onPendingZero(),
    close: () => closing.abort(),
  }
}
