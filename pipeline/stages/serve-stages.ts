import { placeTokenizers } from '../../teachers/cost/supplied-tokenizer.ts'
import { TwinstillError } from '../../schemas/errors.ts'
import type { ThreadJob, ThreadReply } from '../engine/threads.ts'
import { setSteps } from './set-steps.ts'
import type { Stage } from './stage.ts'

/** Makes the function that a thread runs: it finds the stage of a job and does the step that the job names. */
export function serveStages(
  find: (name: string) => Promise<Stage | undefined>,
): (job: ThreadJob) => Promise<ThreadReply> {
  return async (job) => {
    try {
      const stage = await find(job.stage)
      if (!stage) throw new Error(`there is no stage ${job.stage}`)
      return { value: await doStep(stage, job) }
    } catch (error) {
      if (error instanceof TwinstillError) return { message: error.message, exitCode: error.exitCode }
      throw error
    }
  }
}

async function doStep(stage: Stage, job: ThreadJob): Promise<unknown> {
  placeTokenizers(job.context.tokenizers)
  if (stage.scope === 'set') {
    if (job.step === 'run') throw new Error(`the stage ${stage.name} works in steps`)
    return setSteps[job.step](stage, job)
  }
  if ('inThread' in stage && stage.inThread) return stage.inThread(job, job.given)
  throw new Error(`the stage ${stage.name} has no work for a thread`)
}
