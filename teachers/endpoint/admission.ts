import PQueue from 'p-queue'

/** Who may be at a server at the same time. */
export type Admission = {
  /**
   * Runs a task when it is its turn. The slot is given back when the task ends, so whoever waits before trying again
   * does so outside. Rejects with the reason of `stop` or of the signal when it was never started.
   */
  run<Result>(task: (ticket: Ticket) => Promise<Result>, options?: RunOptions): Promise<Result>
  /** Starts nothing before this time (milliseconds since 1970). A later time moves it on, an earlier one does not. */
  pauseUntil(time: number): void
  /** The server asked this task for less at a time: half as many from now on. Once per round trip. */
  congested(ticket: Ticket): void
  /** A task succeeded: after as many successes as there are slots, one slot more. */
  succeeded(): void
  /** At most so many at the same time from now on, whatever else allows more. */
  setCeiling(ceiling: number): void
  /** Tasks that run now, that wait, and that may run at the same time. */
  state(): { inFlight: number; waiting: number; limit: number }
  /** Starts nothing any more: waiting tasks and later ones reject with `reason`, running ones finish. */
  stop(reason: Error): void
  /** Resolves when nothing runs. */
  idle(): Promise<void>
}

/** Which limit a task was started under: a refusal of an older limit does not cut the present one. */
export type Ticket = { round: number }

type RunOptions = {
  signal?: AbortSignal | undefined
  /** A further try goes before first tries, so that what was begun is finished. */
  again?: boolean
}

export type Clock = { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> }

/** Additive increase, multiplicative decrease over a queue of tasks, as TCP does it. */
export function openAdmission(max: number, clock: Clock): Admission {
  const queue = new PQueue({ concurrency: max })
  const stopping = new AbortController()
  let limit = max
  let ceiling = max
  let round = 0
  let credit = 0
  let pausedUntil = 0

  async function run<Result>(
    task: (ticket: Ticket) => Promise<Result>,
    { signal, again = false }: RunOptions = {},
  ): Promise<Result> {
    stopping.signal.throwIfAborted()
    let started = false
    const start = (): Promise<Result> => {
      started = true
      return task({ round })
    }
    try {
      return await queue.add(start, { priority: again ? 1 : 0, ...(signal === undefined ? {} : { signal }) })
    } catch (error) {
      if (!started) stopping.signal.throwIfAborted()
      throw error
    }
  }

  function pauseUntil(time: number): void {
    if (time <= pausedUntil || stopping.signal.aborted) return
    const waiting = queue.isPaused
    pausedUntil = time
    queue.pause()
    if (!waiting) void resumeWhenDue()
  }

  async function resumeWhenDue(): Promise<void> {
    while (pausedUntil > clock.now() && !stopping.signal.aborted) {
      try {
        await clock.sleep(pausedUntil - clock.now(), stopping.signal)
      } catch (error) {
        if (!stopping.signal.aborted) throw error
      }
    }
    queue.start()
  }

  function congested(ticket: Ticket): void {
    if (ticket.round !== round) return
    round += 1
    credit = 0
    limit = Math.max(1, Math.floor(queue.concurrency / 2))
    apply()
  }

  function succeeded(): void {
    if (limit >= max) return
    credit += 1
    if (credit < limit) return
    credit = 0
    limit += 1
    apply()
  }

  function setCeiling(most: number): void {
    ceiling = Math.max(1, Math.min(max, most))
    apply()
  }

  function apply(): void {
    const concurrency = Math.min(limit, ceiling)
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
    succeeded,
    setCeiling,
    state: () => ({ inFlight: queue.pending, waiting: queue.size, limit: queue.concurrency }),
    stop,
    idle: () => queue.onPendingZero(),
  }
}
