import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SimulatorInput } from '../../simulators/teacher/options.ts'

const main = fileURLToPath(new URL('../../simulators/teacher/main.ts', import.meta.url))

/** The simulated teacher as a process of its own, which outlives the runs that are killed. */
export async function simulatedTeacher(
  options: SimulatorInput,
  log: string,
): Promise<{ baseUrl: string } & AsyncDisposable> {
  const child = fork(main, ['--port', '0', '--log', log, '--options', JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [message] = (await once(child, 'message')) as [{ url: string }]
  return {
    baseUrl: message.url,
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}
