import { StoppedError } from '../../schemas/errors.ts'

/** The signals by which a user ends a run early. */
export type StopSignals = {
  /**
   * Aborted at the first signal: nothing more is sent, and the run waits for what is in flight. Its reason is the error
   * that ends the run.
   */
  stop: AbortSignal
  /** Aborted when a user insists: requests in flight are given up. */
  abandon: AbortSignal
  /** Stops as the first signal does, because of an error elsewhere. */
  halt(reason: unknown): void
  /** Removes the handlers from the process. */
  release(): void
}

/** A user or a service repeats these when the first one was not enough. */
const insistent = ['SIGINT', 'SIGTERM'] as const

/**
 * These signals come from a terminal that is closed (SIGHUP, more than once), a key (SIGQUIT), a scheduler some time before the
 * end (SIGUSR1, SIGUSR2, SIGXCPU), a power supply. Left alone each would end the process with everything in flight, which
 * is paid for.
 */
const gentle = ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU', 'SIGALRM', 'SIGPWR'] as const

/**
 * Listens for every signal that ends a process and can be listened to. The first one stops; only a second SIGINT or SIGTERM
 * gives up what is in flight, or the end of a time of grace.
 *
 * @param onSignal gets a sentence for the user about what the signal did
 * @param grace seconds that what is in flight is waited for after the first signal; without end unless given
 */
export function listenForStop(onSignal: (text: string) => void, grace?: number): StopSignals {
  const stop = new AbortController()
  const abandon = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const giveUp = (why: string): void => {
    if (abandon.signal.aborted) return
    abandon.abort(new StoppedError(`${why}; the requests in flight were given up and may have been paid for`))
    onSignal('giving up what is under way')
  }
  const onGentle = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) return
    stop.abort(new StoppedError(`stopped by a signal (${signal})`))
    onSignal(
      `stopping: what is under way comes to its end${grace === undefined ? '' : ` within ${grace} s`} (answers in flight are paid for); press Ctrl-C again to give it up`,
    )
    if (grace !== undefined)
      timer = setTimeout(
        () => giveUp(`stopped by a signal (${signal}), and the ${grace} s of --grace are over`),
        grace * 1000,
      )
  }
  const onInsistent = (signal: NodeJS.Signals): void => {
    if (!stop.signal.aborted) onGentle(signal)
    else giveUp('stopped by a second signal')
  }
  for (const signal of insistent) process.on(signal, onInsistent)
  for (const signal of gentle) process.on(signal, onGentle)
  return {
    stop: stop.signal,
    abandon: abandon.signal,
    halt: (reason) => stop.abort(reason),
    release() {
      clearTimeout(timer)
      for (const signal of insistent) process.off(signal, onInsistent)
      for (const signal of gentle) process.off(signal, onGentle)
    },
  }
}
