/**
 * The exit status of a command: 1 the run failed, 2 bad usage or recipe, 3 stopped by a limit and resumable, 4 done as far
 * as it can be, with fewer pairs than wanted.
 */
export type ExitCode = 1 | 2 | 3 | 4

/**
 * An error that a person can act on. The message is one line that says what was wanted, what came and what to do; the
 * command line prints it without a stack trace. Anything else that is thrown is a defect of the program.
 */
export class TwinstillError extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.exitCode = exitCode
  }
}

/** Bad usage, a bad recipe or a bad environment: nothing was sent and nothing was written. */
export class UsageError extends TwinstillError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 2, options)
  }
}

/** The run cannot go on: an endpoint is unusable, input is unreadable, the ledger does not add up. */
export class RunError extends TwinstillError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 1, options)
  }
}

/** The run stopped at a limit (a signal, a quota, a budget) and goes on when it is started again. */
export class StoppedError extends TwinstillError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 3, options)
  }
}

/** What the recipe lets a run spend is spent. */
export class BudgetSpentError extends StoppedError {}

/** Everything was done, and it cannot give what the recipe wants: more starts bring nothing new. */
export class ShortError extends TwinstillError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, 4, options)
  }
}
