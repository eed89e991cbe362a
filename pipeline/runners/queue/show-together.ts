import { readProgress } from '../../../store/run/progress-files.ts'
import type { Figures } from '../../../schemas/progress.ts'
import type { Worker } from '../../engine/worker.ts'
import { mergeFigures } from '../../reporter/merge-figures.ts'

/** What the progress of a worker is called. */
export const workerTitle = 'worker'

const everyMs = 2000

/**
 * Shows what all workers of a run do, as their files of progress say, in the place of what this process does.
 *
 * @returns what ends it; the files are a little behind, so it is told whether all shards are done
 */
export function showTogether({ context, reporter }: Worker): { stop(allDone: boolean): Promise<void> } {
  let looking: Promise<void> | undefined
  const look = async (allDone = false): Promise<void> => {
    const { files } = await readProgress(context.runFolder)
    const [first, ...others] = files
    if (!first) return
    const figures: Figures = { ...mergeFigures([first, ...others]) }
    const working = files.filter((file) => file.state === 'working').map((file) => file.figures.command)
    const own = working.find((command) => command !== '' && command !== workerTitle) ?? figures.command
    const count = working.filter((command) => command === workerTitle).length
    figures.command = `${own}, ${count} worker${count === 1 ? '' : 's'}`
    if (allDone) figures.shards = figures.shards_total
    reporter.show(() => figures)
  }
  const timer = setInterval(() => {
    // What cannot be read is not shown: nothing depends on it.
    looking ??= look()
      .catch(() => undefined)
      .finally(() => (looking = undefined))
  }, everyMs)
  return {
    async stop(allDone) {
      clearInterval(timer)
      await looking
      await look(allDone).catch(() => undefined)
    },
  }
}
