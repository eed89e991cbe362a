import { join } from 'node:path'
import type { TargetAccess } from '../../../output/render/render-targets.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { CommandIo } from '../io.ts'

/** Targets are looked for beside the command, and what comes from the Hub is kept in the run folder. */
export function targetAccess({ runFolder }: RunContext, io: CommandIo): TargetAccess {
  const { environment, reporter, now, random, cwd } = io
  return {
    cwd,
    folder: join(runFolder, 'targets'),
    hub: { environment, now, random, note: (text) => reporter.note(text) },
  }
}
