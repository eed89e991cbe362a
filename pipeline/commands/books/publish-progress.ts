import { TwinstillError } from '../../../schemas/errors.ts'
import type { ProgressFile } from '../../../schemas/progress.ts'
import { clearProgress, openProgressFile } from '../../../store/run/progress-files.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { MetricsWish } from '../../reporter/metrics/wish.ts'
import type { CommandIo } from '../io.ts'

const everyMs = 2000

/**
 * Lets others see how a run is doing while `work` lasts: a small file in the run folder says it, which is written again
 * every two seconds and a last time in the end, and metrics say it where they are wanted. A disk that takes no such file
 * and a collector that does not answer are no reasons to end a run.
 */
export async function withPublishedProgress<Result>(
  { runFolder, recipe }: RunContext,
  { io, wish, joined }: { io: CommandIo; wish: MetricsWish | undefined; joined: boolean },
  work: () => Promise<Result>,
): Promise<Result> {
  const { figures, ownFigures, reporter, environment } = io
  const writeFile = openProgressFile(runFolder, everyMs)
  let warned = false
  const warnOnce = (error: unknown): void => {
    if (!warned) reporter.warn(`how the run is doing cannot be told to others: ${String(error)}`)
    warned = true
  }
  let writing: Promise<void> = Promise.resolve()
  let busy = false
  const write = (state: ProgressFile['state']): Promise<void> =>
    (writing = writing.then(() => writeFile(state, figures(), ownFigures?.())).catch(warnOnce))
  const tick = async (): Promise<void> => {
    // A slow disk gets the next one when it has taken this one.
    if (busy) return
    busy = true
    await write('working')
    busy = false
  }
  // Loading it takes longer than a small run, so only who wants metrics waits for it.
  const closeMetrics =
    wish &&
    (await (
      await import('../../reporter/metrics/open-metrics.ts')
    ).openMetrics(wish, {
      run: recipe.name,
      figures,
      environment,
      note: (text) => reporter.note(text),
      warn: (text) => reporter.warn(text),
    }))
  // Other workers have files there.
  if (!joined) writing = clearProgress(runFolder).catch(warnOnce)
  await tick()
  const timer = setInterval(() => void tick(), everyMs).unref()
  let state: ProgressFile['state'] = 'failed'
  try {
    const result = await work()
    state = 'done'
    return result
  } catch (error) {
    state = stateOf(error)
    throw error
  } finally {
    clearInterval(timer)
    await write(state)
    await closeMetrics?.().catch(warnOnce)
  }
}

/** The dataset of a run that is short of pairs is there all the same. */
function stateOf(error: unknown): ProgressFile['state'] {
  const code = error instanceof TwinstillError ? error.exitCode : 1
  if (code === 3) return 'stopped'
  return code === 4 ? 'done' : 'failed'
}
