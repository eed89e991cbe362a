import { exportsOf } from '../../recipe/exports-of.ts'
import { join } from 'node:path'
import { type HubAddress, publishingAddress } from '../../../hub/client/environment.ts'
import { explainHubError } from '../../../hub/client/explain.ts'
import { openHubRepository } from '../../../hub/write/repository.ts'
import { pushDataset, type PushReport } from '../../../output/push/push-dataset.ts'
import { waitUnlessStopped } from '../../../hub/client/server-wait.ts'
import { readManifest } from '../../../output/dataset/manifest.ts'
import { StoppedError, UsageError } from '../../../schemas/errors.ts'
import { checkRun } from './check-run.ts'
import { runChecks } from './run-checks.ts'
import { publishedFacts } from './published-facts.ts'
import { pushText } from './push-text.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { listenForStop } from '../../engine/stop-signals.ts'
import type { CommandIo } from '../io.ts'
import type { PublishedFacts } from '../../../output/card/facts.ts'
import { holdRun } from '../books/open-run.ts'
import { planOf, readContext, recordOf } from '../books/read-run.ts'

export type PushCommandOptions = {
  run?: string
  repo?: string | undefined
  branch?: string
  message?: string
  pr: boolean
  private?: boolean
  create: boolean
  dryRun: boolean
  xet: boolean
  verify: boolean
}

/** Publishes the dataset of a finished run to the Hugging Face Hub, after every check that can be made before. */
export async function push(recipePath: string, options: PushCommandOptions, io: CommandIo): Promise<void> {
  const context = await readContext(recipePath, options, io)
  const { recipe } = context
  const repo = repoOf(options.repo ?? recipe.push.repo)
  const address = publishingAddress(io.environment, options.dryRun)
  const record = await recordOf(context)
  const again = `npm run distill -- ${recipePath}${options.run === undefined ? '' : ` --run ${options.run}`}`
  const plan = planOf({ context, record }, `run \`${again}\``)
  context.cuts = plan
  // A `write` at the same time would exchange the folder that is being sent.
  await holdRun(context, async (session) => {
    const signals = listenForStop(() => io.reporter.note('stopping: no further commit is begun'))
    try {
      await checkRun(context, plan, again)
      const checks = await runChecks(
        {
          context,
          plan,
          folder: join(context.runFolder, 'dataset'),
          manifest: await readManifest(join(context.runFolder, 'dataset')),
          exports: exportsOf(context),
          io,
          signals,
          session,
        },
        options.dryRun,
      )
      const title = options.message ?? (await titleOf(context))
      const report = await publish(
        { ...options, repo, address, title, facts: await publishedFacts(context, record) },
        context,
        signals.stop,
        io,
      )
      io.reporter.result('push', { ...report, checks }, pushText(report))
    } finally {
      io.reporter.stop()
      signals.release()
    }
  })
}

type PublishOptions = PushCommandOptions & {
  repo: string
  address: HubAddress
  title: string
  facts: PublishedFacts
}

async function publish(
  options: PublishOptions,
  { runFolder, recipe }: RunContext,
  stop: AbortSignal,
  { reporter, now, random }: CommandIo,
): Promise<PushReport> {
  const { address, repo, xet, title, verify, dryRun, create } = options
  const hub = openHubRepository({
    ...address,
    repo,
    xet,
    stop,
    now,
    random,
    wait: waitUnlessStopped,
    onPause: (ms) => reporter.note(`the Hub asks to wait ${Math.ceil(ms / 1000)} s`),
  })
  try {
    return await pushDataset({
      hub,
      folder: join(runFolder, 'dataset'),
      branch: options.branch ?? recipe.push.branch,
      pullRequest: options.pr,
      create,
      isPrivate: options.private ?? recipe.push.private,
      dryRun,
      title,
      facts: options.facts,
      verify,
      stop,
      onNote: (text) => reporter.note(text),
      onProgress: (phase, done, total) =>
        reporter.transfer({ phase, done, total, unit: phase === 'reading back' ? 'files' : 'bytes' }),
    })
  } catch (error) {
    if (error instanceof StoppedError)
      throw new StoppedError(
        'stopped by a signal; readers see the old dataset until the last commit, push again to go on',
        { cause: error },
      )
    const { endpoint, token } = address
    throw explainHubError(error, {
      purpose: 'publishing',
      endpoint,
      repo: hub.repo,
      hasToken: token !== undefined,
    })
  } finally {
    await hub.close()
  }
}

function repoOf(name: string | undefined): string {
  if (name === undefined)
    throw new UsageError(
      'no repository to publish to; name one with --repo ORG/NAME or `push.repo` in the recipe',
    )
  if (/^[\w.-]+\/[\w.-]+$/u.test(name)) return name
  throw new UsageError(
    `--repo takes an organisation or user and a name, such as my-org/my-dataset, got ${JSON.stringify(name)}`,
  )
}

async function titleOf({ recipe, runFolder }: RunContext): Promise<string> {
  const { exports, totals } = await readManifest(join(runFolder, 'dataset'))
  const paired = exports.find((one) => one.reads === 'selected')
  return `Publish ${recipe.write.title ?? recipe.name}: ${paired ? `${paired.groups} pairs` : `${totals.rows} rows`}`
}
