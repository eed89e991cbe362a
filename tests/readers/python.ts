import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const here = import.meta.dirname

/** Whether there is a Python to make the readers' environment with. */
export const hasPython = spawnSync('python3', ['--version']).status === 0

if (!hasPython) console.warn('SKIPPED: no python3 here, so no other library has read the dataset')

/** Makes the environment if it is not there yet; returns its interpreter. */
function readersPython(): string {
  return execFileSync('sh', [join(here, 'setup.sh')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
}

/** Runs a script of this folder and parses what it prints. */
export function runPython(script: string, ...parameters: string[]): unknown {
  const output = execFileSync(readersPython(), [join(here, script), ...parameters], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 100_000_000,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  return JSON.parse(output)
}

/** The same with this process free to serve what the script asks for, and with environment variables added. */
export async function runPythonBeside(
  script: string,
  parameters: readonly string[],
  environment: Record<string, string>,
): Promise<unknown> {
  const { stdout } = await promisify(execFile)(readersPython(), [join(here, script), ...parameters], {
    maxBuffer: 100_000_000,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...environment },
  })
  return JSON.parse(stdout)
}
