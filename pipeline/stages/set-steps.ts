import type { ThreadJob } from '../engine/threads.ts'
import { readStored, storedPath, writeStored } from './set-files.ts'
import type { SetStage } from './stage.ts'

/**
 * The three steps of a set stage, which run in threads. The result of a step is kept in the run folder with the fingerprint
 * of what it was made from, and made again only where it is missing or damaged or has another fingerprint.
 */
export const setSteps = {
  async summarise(stage: SetStage, job: ThreadJob): Promise<void> {
    const path = storedPath(job.context.runFolder, stage.name, job.shard)
    if ((await readStored(path, job.fingerprint)) === undefined)
      await writeStored(path, job.fingerprint, await stage.summarise(job))
  },

  async merge(stage: SetStage, job: ThreadJob): Promise<void> {
    const { runFolder } = job.context
    const path = storedPath(runFolder, stage.name, 'merged')
    if ((await readStored(path, job.fingerprint)) !== undefined) return
    async function* summaries(): AsyncGenerator {
      for (const [shard, fingerprint] of job.given as ReadonlyMap<number, string>) {
        const stored = await readStored(storedPath(runFolder, stage.name, shard), fingerprint)
        if (!stored) throw new Error(`the summary of shard ${shard} for \`${stage.name}\` is gone`)
        yield stored.value
      }
    }
    await writeStored(path, job.fingerprint, await stage.merge(job.context, summaries()))
  },

  async part(stage: SetStage, job: ThreadJob): Promise<void> {
    await stage.writePart(job, await mergedOf(stage, job))
  },
} satisfies Partial<Record<ThreadJob['step'], unknown>>

/** A thread writes many parts with one merged result, so it reads the result once. */
let latest: { name: string; value: unknown } | undefined

async function mergedOf(stage: SetStage, { context, fingerprint }: ThreadJob): Promise<unknown> {
  const path = storedPath(context.runFolder, stage.name, 'merged')
  const name = `${path} ${fingerprint}`
  if (latest?.name !== name) {
    const stored = await readStored(path, fingerprint)
    if (!stored) throw new Error(`the merged result of \`${stage.name}\` is gone`)
    latest = { name, value: stored.value }
  }
  return latest.value
}
