import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../pipeline/cli.ts', import.meta.url))

export type CliResult = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }

/**
 * Starts the command line as a user does, under plain Node. Environment variables are added to those of the tests;
 * `keepStdin` leaves standard input open for the test to write to, `node` are
 * flags of Node itself.
 */
export function startCli(
  args: readonly string[],
  options: {
    cwd: string
    environment?: Record<string, string>
    stdin?: string
    keepStdin?: boolean
    node?: readonly string[]
  },
): { child: ChildProcess; ended: Promise<CliResult> } {
  return startCommand(process.execPath, [...(options.node ?? []), cli, ...args], options)
}

/** Runs any program to its end, with the environment and the pipes of `startCli`. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: Parameters<typeof startCli>[1],
): Promise<CliResult> {
  return startCommand(program, args, options).ended
}

/** Starts any program in the same way. */
export function startCommand(
  program: string,
  args: readonly string[],
  options: Parameters<typeof startCli>[1],
): ReturnType<typeof startCli> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  if (!options.keepStdin) child.stdin.end(options.stdin ?? '')
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }))
  return { child, ended }
}

/** Runs the command line to its end. */
export function runCli(args: readonly string[], options: Parameters<typeof startCli>[1]): Promise<CliResult> {
  return startCli(args, options).ended
}
