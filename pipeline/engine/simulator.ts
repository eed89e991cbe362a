import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'
import { compiledFolder } from '../../schemas/compiled-code.ts'
import { RunError, UsageError } from '../../schemas/errors.ts'
import type { RunContext } from '../recipe/run-context.ts'

/** A simulated teacher that runs as a process of its own. */
export type Simulator = { baseUrl: string; close(): Promise<void> }

/** Its first message: where it listens, or what is wrong with its options. */
const Greeting = z.union([z.object({ url: z.url() }), z.object({ mistake: z.string() })])

/**
 * Starts the simulated teacher for a run, in its own process so that its work does not load the run's event loop. It
 * ends with this process, however this process ends. The defects that it made are logged to `simulated-teacher.jsonl` in the run
 * folder.
 *
 * @throws UsageError when its options are not right
 */
export async function startSimulator(
  section: unknown,
  { runFolder, recipe, arms }: RunContext,
): Promise<Simulator> {
  const { builtin } = recipe.problems
  const options = {
    models: [...new Set(arms.map((arm) => arm.model))],
    ...(builtin ? { problems: { seed: builtin.seed, limit: builtin.count } } : {}),
    ...(section as object),
  }
  const args = [
    '--port',
    '0',
    '--log',
    join(runFolder, 'simulated-teacher.jsonl'),
    '--options',
    JSON.stringify(options),
  ]
  const main = new URL('../../simulators/teacher/main.ts', import.meta.url)
  // A process group of its own: Ctrl-C must reach the run, which still waits for what the teacher is writing.
  const child = fork(main, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
    env: { ...process.env, NODE_COMPILE_CACHE: compiledFolder },
  })
  const greeted = once(child, 'message')
  const ended = once(child, 'exit').then(([code]) => {
    throw new RunError(
      `the simulated teacher ended at its start (exit code ${String(code)}); its message stands above`,
    )
  })
  const [message] = (await Promise.race([greeted, ended])) as unknown[]
  ended.catch(() => undefined)
  const greeting = Greeting.parse(message)
  if ('mistake' in greeting)
    throw new UsageError(`the \`simulator\` of an endpoint is not right: ${greeting.mistake}`)
  return {
    baseUrl: greeting.url,
    async close() {
      if (child.exitCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}
