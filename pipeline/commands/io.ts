import type { Redactor } from '../../store/secrets/redact.ts'
import type { Figures } from '../../schemas/progress.ts'
import type { Reporter } from '../reporter/reporter.ts'

/** Everything outside the program that a command touches, passed in. */
export type CommandIo = {
  environment: Record<string, string | undefined>
  cwd: string
  reporter: Reporter
  /** What the reporter was told so far. */
  figures: () => Figures
  /** The same without what other workers of the run had done. */
  ownFigures?: () => Figures
  /** Takes the keys in use out of what is stored and shown; a recipe adds those that it names. */
  keys: Redactor
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  now: () => number
  random: () => number
  /** The same with figures that begin at nothing, for a command that works on one run after the other. */
  anew?: () => CommandIo
}
