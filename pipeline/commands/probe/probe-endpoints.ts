import { RunError, UsageError } from '../../../schemas/errors.ts'
import type { Probe } from '../../../schemas/probe.ts'
import { requireKeys } from '../../engine/endpoints.ts'
import { spentBefore } from '../../ledger/spent-before.ts'
import { repairTornTails } from '../../../store/journal/torn-tail.ts'
import { formatProbe } from '../../stages/generate/probe/format-probe.ts'
import { dangersOf } from '../../stages/generate/probe/probe-before-asking.ts'
import { openProbeJournal, probeArm } from '../../stages/generate/probe/probe-arm.ts'
import { readProbe, writeProbe } from '../../stages/generate/probe/stored-probes.ts'
import { readRecipe } from '../books/read-run.ts'
import { loadTokenizers, locateTokenizers, tryTokenizers } from '../../recipe/tokenizers.ts'
import { resolveRun } from '../../recipe/resolve-run.ts'
import { journalFolder } from '../../../store/run/paths.ts'
import { waitForAll } from '../../engine/wait-for-all.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { openRun } from '../books/open-run.ts'
import { withWorker } from '../books/with-worker.ts'
import type { Worker } from '../../engine/worker.ts'
import type { Arm } from '../../../schemas/arm.ts'
import type { CommandIo } from '../io.ts'

export type ProbeCommandOptions = { run?: string; arm?: string[] }

/**
 * Finds out what the endpoints of a recipe do, arm by arm, with about ten small calls each, prints it and stores it with
 * the run.
 *
 * @throws RunError when something endangers the run that the recipe does not accept, or an endpoint cannot be used
 */
export async function probeEndpoints(
  recipePath: string,
  options: ProbeCommandOptions,
  io: CommandIo,
): Promise<void> {
  const recipe = await readRecipe(recipePath, io)
  const context = resolveRun(recipe, options.run, io.cwd)
  context.tokenizers = await locateTokenizers(context, io.cwd)
  tryTokenizers(context)
  const arms = chosenArms(context, options.arm)
  requireKeys(
    recipe,
    io.environment,
    arms.map((arm) => arm.endpoint),
  )
  const probes = await openRun(context, { io, unbegun: 'kept' }, (books) =>
    books.recorded('probe', async () => {
      await loadTokenizers(context, (folder) => books.hub(folder))
      const spent = await spentBefore(context, io.reporter)
      return withWorker(context, { io, spent, session: books.session }, (worker) => probeAll(worker, arms))
    }),
  )
  for (const [index, probe] of probes.entries())
    io.reporter.result('probe', probe, `${index > 0 ? '\n' : ''}${formatProbe(arms[index]!, probe)}`)
  const dangers = probes.flatMap((probe) =>
    dangersOf(recipe, probe).map(({ code, text }) => `arm ${probe.arm}: ${text} (${code})`),
  )
  if (dangers.length > 0)
    throw new RunError(
      `a run would be in danger: ${dangers.join('; ')}. To go on all the same, state the codes in \`generate.probe.accept\``,
    )
}

async function probeAll(worker: Worker, arms: readonly Arm[]): Promise<Probe[]> {
  const { runFolder, recipe } = worker.context
  await repairTornTails(journalFolder(runFolder, 0, 'probe'))
  const journal = openProbeJournal(worker)
  const probes = new Map<string, Probe>()
  try {
    await waitForAll(
      arms.map(async (arm) => {
        const earlier = await readProbe(runFolder, arm, recipe)
        const probe = await probeArm(worker, journal, arm, { depth: 'full', earlier })
        await writeProbe(runFolder, probe)
        probes.set(arm.name, probe)
      }),
    )
  } finally {
    await journal.close()
  }
  return arms.map((arm) => probes.get(arm.name)!)
}

function chosenArms({ arms: all }: RunContext, names: string[] | undefined): RunContext['arms'] {
  // Imported traces have no server behind them that could be asked.
  const arms = all.filter((arm) => !arm.import)
  if (names === undefined) return arms
  for (const name of names)
    if (!arms.some((arm) => arm.name === name))
      throw new UsageError(
        `the recipe has no arm \`${name}\`; it has ${arms.map((arm) => arm.name).join(', ')}`,
      )
  return arms.filter((arm) => names.includes(arm.name))
}
