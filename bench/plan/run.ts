import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A line that a command prints with `--json`. */
export type Line = { type: string; data?: unknown }

/** Runs a command to its end. */
export async function twinstill(...args: string[]): Promise<Line[]> {
  const main = fileURLToPath(new URL('../../pipeline/cli.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args, '--json'], {
    maxBuffer: 2 ** 28,
  })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

export function resultOf(lines: readonly Line[], kind: string): unknown {
  const found = lines.find((line) => line.type === kind)
  if (!found) throw new Error(`no ${kind} among ${lines.map(({ type }) => type).join(', ')}`)
  return found.data
}
