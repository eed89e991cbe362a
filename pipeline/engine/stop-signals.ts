import { StoppedError } from '../../schemas/errors.ts'

/** The signals by which a user ends a run early. */
export type StopSignals = {
  /**
   * Aborted at the first signal: nothing more is sent, and the run waits for what is in flight. Its reason is the error
   * that ends the run.
   */
  stop: AbortSignal
  /** Aborted at the second signal: requests in flight are given up. */
  abandon: AbortSignal
  /** Stops as the first signal does, because of an error elsewhere. */
  halt(reason: unknown): void
  /** Removes the handlers from the process. */
  release(): void
}

/** Listens for SIGINT and SIGTERM; `onSignal` gets a sentence for the user about what the signal did. */
export function listenForStop(onSignal: (text: string) => void): StopSignals {
  const stop = new AbortController()
  const abandon = new AbortController()
  const handle = (): void => {
    if (!stop.signal.aborted) {
      stop.abort(new StoppedError('stopped by a signal'))
      onSignal(
        'stopping: what is under way comes to its end (answers in flight are paid for); press Ctrl-C again to give it up',
      )
    } else if (!abandon.signal.aborted) {
      abandon.abort(
        new StoppedError(
          'stopped by a second signal; the requests in flight were given up and may have been paid for',
        ),
      )
      onSignal('giving up what is under way')
    }
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
  return {
    stop: stop.signal,
    abandon: abandon.signal,
    halt: (reason) => stop.abort(reason),
    release() {
      process.off('SIGINT', handle)
      process.off('SIGTERM', handle)
    },
  }
}
