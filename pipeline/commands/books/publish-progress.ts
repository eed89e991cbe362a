import { StoppedError } from '../../../schemas/errors.ts'
import type { ProgressFile } from '../../../schemas/progress.ts'
import { clearProgress, openProgressFile } from '../../../store/run/progress-files.ts'
import type { CommandIo } from '../io.ts'

const everyMs = 2000

/**
 * Lets others see how a run is doing while `work` lasts: a small file in the run folder says it, which is written again
 * every two seconds and a last time in the end. A disk that takes no such file is no reason to end a run.
 */
export async function withPublishedProgress<Result>(
  runFolder: string,
  { figures, reporter }: Pick<CommandIo, 'figures' | 'reporter'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const writeFile = openProgressFile(runFolder, everyMs)
  let writing: Promise<void> = Promise.resolve()
  let busy = false
  let warned = false
  const write = (state: ProgressFile['state']): Promise<void> =>
    (writing = writing
      .then(() => writeFile(state, figures()))
      .catch((error: unknown) => {
        if (!warned) reporter.warn(`how the run is doing cannot be written for others: ${String(error)}`)
        warned = true
      }))
  const tick = async (): Promise<void> => {
    // A slow disk gets the next one when it has taken this one.
    if (busy) return
    busy = true
    await write('working')
    busy = false
  }
  await clearProgress(runFolder)
  await tick()
  const timer = setInterval(() => void tick(), everyMs).unref()
  let state: ProgressFile['state'] = 'failed'
  try {
    const result = await work()
    state = 'done'
    return result
  } catch (error) {
    if (error instanceof StoppedError) state = 'stopped'
    throw error
  } finally {
    clearInterval(timer)
    await write(state)
  }
}
