import type { Reporter } from '../reporter/reporter.ts'

/** Everything outside the program that a command touches, passed in. */
export type CommandIo = {
  environment: Record<string, string | undefined>
  cwd: string
  reporter: Reporter
  stdin: NodeJS.ReadStream
  stdout: NodeJS.WriteStream
  now: () => number
  random: () => number
}
