import { Option } from 'commander'
import { queueOptions } from './books/queue-flag.ts'
import type { Command } from './command.ts'
import { graceOption } from './grace-option.ts'
import { progressOption } from './progress-option.ts'
import type { WorkerCommandOptions } from './worker/run-worker.ts'

const [queue, dashboard] = queueOptions('take shards from the queue at this address')

export const workerCommand: Command<[], WorkerCommandOptions> = {
  name: 'worker',
  describe:
    'work on the shards of any run that `distill --queue` has put into a queue, until a signal ends it',
  takesRecipe: false,
  options: [
    queue.makeOptionMandatory(),
    dashboard,
    new Option('--drain', 'end when the queue is empty and no run is at work any more').default(false),
    graceOption(),
    progressOption(),
    new Option('--json', 'JSON lines on stdout instead of text').default(false),
  ],
  async run(_args, options, io) {
    const { runWorker } = await import('./worker/run-worker.ts')
    await runWorker(options, io)
  },
}
