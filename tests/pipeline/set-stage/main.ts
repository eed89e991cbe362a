import { openRedactor } from '../../../store/secrets/redact.ts'
import { openWorker } from '../../../pipeline/engine/worker.ts'
import { openSession } from '../../../store/session/session.ts'
import { listenForStop } from '../../../pipeline/engine/stop-signals.ts'
import { createTextReporter } from '../../../pipeline/reporter/text-reporter.ts'
import { runStages } from '../../../pipeline/runners/run-stages.ts'
import { problemsStage } from '../../../pipeline/stages/problems/problems.ts'
import { firstWordsStage } from './first-words.ts'
import { contextOf, planOf } from './made-run.ts'

/* Takes the shards of a made run through the set stage, in a process that may be killed: node main.ts FOLDER SHARDS */
const [folder, shards] = process.argv.slice(2)
const stop = listenForStop(() => undefined)
const session = await openSession(folder!, { shared: false })
const worker = openWorker({
  context: contextOf(folder!),
  reporter: createTextReporter(process.stderr, process.stdout, { now: Date.now, environment: process.env }),
  stop,
  session,
  attempt: 'start-000001',
  now: Date.now,
  environment: {},
  keys: openRedactor(),
  random: Math.random,
  threadEntry: new URL('thread.ts', import.meta.url),
})
try {
  await runStages(worker, {
    title: 'first-words',
    plan: planOf(Number(shards)),
    all: [problemsStage, firstWordsStage],
    chosen: [firstWordsStage],
    ledger: () => Promise.reject(new Error('there is no ledger')),
  })
} finally {
  await worker.close()
  await session.end()
  stop.release()
}
