import { join } from 'node:path'
import type { TargetAccess } from '../../../output/render/render-targets.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { CommandIo } from '../io.ts'

/** Targets are looked for beside the command, and what comes from the Hub is kept in the run folder. */
export function targetAccess({ runFolder }: RunContext, io: CommandIo): TargetAccess {
  return { ...hubAccess(io), folder: join(runFolder, 'targets') }
}

/** The same without a place for what comes from the Hub. */
export function hubAccess(io: CommandIo): Omit<TargetAccess, 'folder'> {
  const { environment, reporter, now, random, cwd } = io
  return { cwd, hub: { environment, now, random, note: (text) => reporter.note(text) } }
}
