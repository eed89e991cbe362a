import type { Figures, FinishedSamples } from '../../schemas/progress.ts'
import type { Transfer } from './transfer.ts'

/** What an arm, or the judges as the arm `judge`, has done; numbers add up. */
export type ArmStep = {
  arm: string
  samples?: number
  /** Samples that turned out to be needed beyond those of the totals. */
  more_samples?: number
  /** Samples found in the journal: they count as done, but not for the rate. */
  known?: boolean
  /** 1 when a request leaves, -1 when its outcome is there. */
  in_flight?: number
  requests?: number
  failed?: number
  truncated?: number
  /** The class of a try that failed. */
  error?: string
  prompt_tokens?: number
  completion_tokens?: number
  cost_usd?: number
  /** How many requests an endpoint may get at the same time. */
  limit?: { endpoint: string; most: number }
}

/** The counts of a shard's part; those of the same part of the same shard before it no longer count. */
export type ShardStep = {
  shard: number
  part: 'traces' | 'verdicts' | 'decisions' | 'pairs'
  arms: Readonly<Record<string, Partial<FinishedSamples>>>
  pairs?: number
}

/** What a step of work adds to the figures of the progress display. */
export type Progress = (ArmStep | ShardStep | { shards: number }) & {
  /** Another worker of the run did it and counts it too. */
  elsewhere?: boolean
}

/** Money in US dollars, and tokens of prompt and completion together. */
export type Spending = { usd: number; tokens: number }

/** The work ahead. */
export type Totals = {
  /** Samples by arm. */
  samples: Readonly<Record<string, number>>
  shards: number
  /** The number of the wave, where the run asks in waves: the work ahead is that up to its end. */
  wave?: number
  /** What the recipe allows to be spent, and what is spent by now in all starts of the run. */
  budget?: { usd?: number | undefined; tokens?: number | undefined; spent: () => Spending }
}

/**
 * Where a run reports what it does. Human text goes to stderr, so that stdout stays free for data; with `--json` every
 * call is one JSON line on stdout instead.
 */
export type Reporter = {
  start(command: string, totals: Totals): void
  advance(progress: Progress): void
  /** Shows figures that come from elsewhere from now on. */
  show(figures: () => Figures): void
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
