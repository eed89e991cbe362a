import { relative } from 'node:path'
import { UsageError } from '../../../schemas/errors.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { nearestName } from '../../../schemas/nearest-name.ts'
import { BatchForm, readBatches, writeBatch } from '../../stages/generate/batch/batches.ts'
import { batchStates } from '../../stages/generate/batch/batch-states.ts'
import { exportBatches } from '../../stages/generate/batch/export-batch.ts'
import { importResults } from '../../stages/generate/batch/import-results.ts'
import { nextAttemptName } from '../../../store/journal/attempt-name.ts'
import { openBudget } from '../../engine/budget.ts'
import { spentBefore } from '../../ledger/spent-before.ts'
import { plainTable } from '../../reporter/plain-table.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { firstWarnings } from '../../reporter/first-warnings.ts'
import type { CommandIo } from '../io.ts'
import { holdRun } from '../books/open-run.ts'
import { planOf, readRun } from '../books/read-run.ts'

type RunOption = { run?: string }

export type ExportOptions = RunOption & { arm?: string[]; form: string; limit?: number }

/** Writes the samples that have no answer yet into batch files. */
export async function exportBatch(recipePath: string, options: ExportOptions, io: CommandIo): Promise<void> {
  const form = BatchForm.safeParse(options.form)
  if (!form.success)
    throw new UsageError(
      `--form must be ${BatchForm.options.join(' or ')}, not ${JSON.stringify(options.form)}`,
    )
  await withRun(recipePath, options, io, async (context, plan) => {
    const arms = armsOf(context, options.arm)
    const spent = await spentBefore(context, io.reporter)
    const { batches, stopped } = await exportBatches(context, plan, {
      form: form.data,
      arms,
      limit: options.limit ?? Infinity,
      attempt: await nextAttemptName(context.runFolder, io.now, io.random),
      now: io.now,
      budget: openBudget(context.recipe.budget ?? {}, { spent }),
    })
    const data = batches.map(({ batch, path }) => Object.assign(batch, { path: relative(io.cwd, path) }))
    const lines = data.map((batch) => `${batch.path}  ${batch.lines} requests, ${batch.bytes} bytes`)
    const none = 'nothing to export: every sample has an answer or is in a batch'
    const next = `Hand these files to the service, then: npm run batch -- import ${recipePath} RESULT-FILE…`
    if (!stopped || data.length > 0)
      io.reporter.result('batches', data, data.length === 0 ? none : [...lines, next].join('\n'))
    if (stopped) throw stopped
  })
}

/** Takes the output and error files of batches into the journal. */
export async function importBatch(
  recipePath: string,
  files: string[],
  options: RunOption,
  io: CommandIo,
): Promise<void> {
  await withRun(recipePath, options, io, async ({ runFolder, arms }) => {
    const { reporter, now, random, stdin, cwd, keys } = io
    const warnings = firstWarnings(reporter)
    const counts = await importResults(
      {
        runFolder,
        arms,
        files,
        attempt: await nextAttemptName(runFolder, now, random),
        now,
        keys,
        onBadLine: (position, message) => warnings.warn(`${position}: ${message}`),
      },
      { stdin, cwd },
    )
    const failed = Object.entries(counts.failed).map(([code, count]) => `${count} ${code}`)
    const parts = [
      `${counts.answered} answers taken in`,
      failed.length > 0 ? `failed: ${failed.join(', ')}` : '',
      counts.known > 0 ? `${counts.known} were there already` : '',
      counts.foreign > 0 ? `${counts.foreign} lines are no results of this run` : '',
    ].filter((part) => part !== '')
    reporter.result('imported', counts, `${parts.join('; ')}\nGo on with: npm run distill -- ${recipePath}`)
  })
}

/** Prints every batch with its state. */
export async function showBatches(recipePath: string, options: RunOption, io: CommandIo): Promise<void> {
  const run = await readRun(recipePath, options, io, advice(recipePath))
  planOf(run, advice(recipePath))
  const states = await batchStates(run.context.runFolder)
  const table = plainTable(['batch', 'form', 'arms', 'requests', 'answered', 'failed', 'awaited'])
  for (const { name, form, arms, lines, answered, failed, awaited, recalled } of states)
    table.push([name, form, arms.join(', '), lines, answered, failed, recalled ? 'taken back' : awaited])
  io.reporter.result('batches', states, states.length === 0 ? 'this run has no batches' : table.toString())
}

/** Takes batches back: `generate` or the next export asks again for every request without a result. */
export async function recallBatches(
  recipePath: string,
  names: string[],
  options: RunOption,
  io: CommandIo,
): Promise<void> {
  await withRun(recipePath, options, io, async ({ runFolder }) => {
    const batches = await readBatches(runFolder)
    for (const name of names) {
      const batch = batches.find((each) => each.name === name)
      if (!batch)
        throw unknownBatch(
          name,
          batches.map((each) => each.name),
        )
      await writeBatch(runFolder, { ...batch, recalled: true })
      io.reporter.note(`${name} is taken back: its samples without a result are asked for again`)
    }
  })
}

async function withRun(
  recipePath: string,
  options: RunOption,
  io: CommandIo,
  work: (context: RunContext, plan: ShardPlan) => Promise<void>,
): Promise<void> {
  const run = await readRun(recipePath, options, io, advice(recipePath))
  const plan = planOf(run, advice(recipePath))
  await holdRun(run.context, () => work(run.context, plan))
}

function advice(recipePath: string): string {
  return `run \`npm run problems -- ${recipePath}\` first (it asks nobody)`
}

function armsOf({ arms }: RunContext, named: readonly string[] | undefined): string[] {
  const asked = arms.filter((arm) => !arm.import).map((arm) => arm.name)
  for (const name of named ?? [])
    if (!asked.includes(name)) {
      const meant = nearestName(name, asked)
      throw new UsageError(
        `--arm ${name}: there is no such arm with an endpoint; ${meant === undefined ? `the recipe has ${asked.join(', ')}` : `did you mean ${meant}?`}`,
      )
    }
  return [...(named ?? asked)]
}

function unknownBatch(name: string, known: string[]): UsageError {
  return new UsageError(
    `there is no batch ${name}; ${known.length === 0 ? 'this run has none' : `there are ${known.join(', ')}`}`,
  )
}
