import type { Manifest } from '../../../../output/dataset/manifest.ts'
import type { Export } from '../../../../output/exports/export.ts'
import type { ShardPlan } from '../../../../schemas/run.ts'
import type { AcceptableCheck } from '../../../recipe/publication-checks.ts'
import type { RunContext } from '../../../recipe/run-context.ts'
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
}

/** A check before publishing. What it cannot find out counts as refused. */
export type PublicationCheck = {
  name: AcceptableCheck | 'licence' | 'review' | 'secrets'
  /** What it makes sure of, in one line. */
  describe: string
  /** Where a person says that its findings are accepted, if not in `push.accept`. */
  override?: string
  /**
   * @returns what was looked at
   * @throws RunError with what is wrong and what to do
   */
  run(dataset: ToPublish): Promise<string>
}
