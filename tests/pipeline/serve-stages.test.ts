import { expect, test } from 'vitest'
import { pairStage } from '../../pipeline/stages/pair/pair.ts'
import { serveStages } from '../../pipeline/stages/serve-stages.ts'
import type { ShardStage } from '../../pipeline/stages/stage.ts'
import { contextOf } from './set-stage/made-run.ts'

test('a stage without work for a thread is a defect that shows, not a job that does nothing', async () => {
  const idle: ShardStage = { ...pairStage }
  delete idle.inThread
  const serve = serveStages(() => Promise.resolve(idle))
  const job = { stage: 'pair', step: 'run', shard: 0, fingerprint: '', reads: {} } as const
  await expect(serve({ ...job, context: contextOf('/nowhere') })).rejects.toThrow(
    'the stage pair has no work for a thread',
  )
})
