import type { Manifest } from '../../../../output/dataset/manifest.ts'
import type { Export } from '../../../../output/exports/export.ts'
import type { ShardPlan } from '../../../../schemas/run.ts'
import type { RunContext } from '../../../recipe/run-context.ts'
import type { Session } from '../../../../store/session/session.ts'
import type { StopSignals } from '../../../engine/stop-signals.ts'
import type { CommandIo } from '../../io.ts'

/** The dataset that is about to be published. */
export type ToPublish = {
  context: RunContext
  plan: ShardPlan
  /** The dataset folder, which is what its manifest says. */
  folder: string
  manifest: Manifest
  exports: readonly Export[]
  io: CommandIo
  signals: StopSignals
  session: Session
}

/** What a check found right, and what it could not look at, where there is such a thing. */
export type Passed = string | { text: string; unknown: string }

/** A check before publishing. What it cannot find out counts as refused, or is named beside what it found. */
export type CheckRun = {
  /**
   * @returns what was looked at
   * @throws RunError with what is wrong and what to do
   */
  run(dataset: ToPublish): Promise<Passed>
}
