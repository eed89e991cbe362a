import type { Transfer } from './transfer.ts'

/** What a step of work adds to the figures of the progress display. */
export type Progress = {
  samples?: number
  /** Samples that turned out to be needed beyond those of the totals. */
  more_samples?: number
  shards?: number
  /** Samples found in the journal: they count as done, but not for the rate. */
  known?: boolean
  completion_tokens?: number
  cost_usd?: number
  /** Requests at the servers of an endpoint now, and how many may be. */
  flight?: { endpoint: string; in_flight: number; limit: number }
}

/** Totals of the work ahead. */
export type Totals = { samples: number; shards: number }

/**
 * Where a run reports what it does. Human text goes to stderr, so that stdout stays free for data; with `--json` every
 * call is one JSON line on stdout instead.
 */
export type Reporter = {
  start(command: string, totals: Totals): void
  advance(progress: Progress): void
  /** How far the bytes of a push, or what else is counted by amount, have come. */
  transfer(step: Transfer): void
  /** One line of information. */
  note(text: string): void
  /** One line about something that went wrong and did not stop the run. */
  warn(text: string): void
  /** The result of a command: a table for people, the data for programs. */
  result(kind: string, data: unknown, text: string): void
  /** Takes the progress display off the terminal. */
  stop(): void
}
