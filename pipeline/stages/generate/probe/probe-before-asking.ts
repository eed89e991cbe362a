import type { Arm } from '../../../../schemas/arm.ts'
import { RunError } from '../../../../schemas/errors.ts'
import type { Outcome } from '../../../../schemas/journal.ts'
import type { Finding, Probe } from '../../../../schemas/probe.ts'

import type { Worker } from '../../../engine/worker.ts'
import { knownOutcomes } from '../../../../store/journal/known-outcomes.ts'
import { repairTornTails } from '../../../../store/journal/torn-tail.ts'
import type { Recipe } from '../../../recipe/recipe.ts'
import { journalFolder } from '../../../../store/run/paths.ts'
import { waitForAll } from '../../../engine/wait-for-all.ts'
import type { PlanToDo } from '../../shards-to-do.ts'
import { armsToAsk } from './arms-to-ask.ts'
import { loadReadingRules } from './reading-rules.ts'
import { summaryOf } from './format-probe.ts'
import { openProbeJournal, probeArm } from './probe-arm.ts'
import { probeFingerprint } from './probe-form.ts'
import { readProbe, writeProbe } from './stored-probes.ts'

/**
 * Probes every arm of which something is still to be asked and that has no fresh probe, all at the same time and with as
 * few calls as will do; then reads by what was found. Asks nothing when nothing is missing.
 *
 * @throws RunError when an arm's endpoint does what endangers the run and the recipe does not accept
 */
export async function probeBeforeAsking(worker: Worker, plan: PlanToDo): Promise<void> {
  const { context, reporter } = worker
  const { recipe, runFolder, arms } = context
  const { when } = recipe.generate.probe
  if (when === 'never') return
  const probes = new Map<string, Probe | undefined>()
  const live = arms.filter((arm) => !arm.import)
  for (const arm of live) probes.set(arm.name, await readProbe(runFolder, arm, recipe))
  // What other workers read their answers by is not found out anew.
  const isUsable = worker.session.joined ? isOfRecipe : isFresh
  const stale = live.filter((arm) => !isUsable(recipe, arm, probes.get(arm.name), worker.now()))
  if (stale.length === 0) return
  const asked = await armsToAsk(
    context,
    plan,
    stale.map((arm) => arm.name),
  )
  const due = stale.filter((arm) => asked.has(arm.name))
  if (due.length === 0) return
  await repairTornTails(journalFolder(runFolder, 0, 'probe'))
  const known = await Promise.all(due.map((arm) => unfinished(worker, probes.get(arm.name))))
  const journal = openProbeJournal(worker)
  const made: Probe[] = []
  try {
    await waitForAll(
      due.map(async (arm, index) => {
        const earlier = probes.get(arm.name)
        const probe = await probeArm(worker, journal, arm, { depth: 'quick', earlier, known: known[index]! })
        await writeProbe(runFolder, probe)
        made.push(probe)
      }),
    )
  } finally {
    await journal.close()
  }
  await loadReadingRules(context)
  for (const arm of due) {
    const probe = made.find((each) => each.arm === arm.name)!
    reporter.note(`probe of arm ${arm.name}: ${summaryOf(probe)}`)
    for (const finding of probe.findings)
      if (finding.level === 'warning' || isAccepted(recipe, finding))
        reporter.warn(`arm ${arm.name}: ${finding.text}`)
  }
  refuse(recipe, made)
}

/** What a probe found that the recipe does not accept. */
export function dangersOf(recipe: Pick<Recipe, 'generate'>, probe: Probe): Finding[] {
  return probe.findings.filter((finding) => finding.level === 'danger' && !isAccepted(recipe, finding))
}

/** A probe that found a danger is never fresh: the server may have been put right. */
function isFresh(recipe: Recipe, arm: Arm, probe: Probe | undefined, now: number): boolean {
  if (probe === undefined || dangersOf(recipe, probe).length > 0) return false
  return isOfRecipe(recipe, arm, probe) && now - Date.parse(probe.at) <= maxAgeMs(recipe)
}

function isOfRecipe(recipe: Recipe, arm: Arm, probe: Probe | undefined): boolean {
  return probe?.fingerprint === probeFingerprint(recipe, arm)
}

function isAccepted({ generate }: Pick<Recipe, 'generate'>, { level, code }: Finding): boolean {
  return level === 'danger' && (generate.probe.accept as readonly string[]).includes(code)
}

function refuse(recipe: Recipe, probes: readonly Probe[]): void {
  const dangers = probes.flatMap((probe) =>
    dangersOf(recipe, probe).map(({ code, text }) => ({ arm: probe.arm, code, text })),
  )
  if (dangers.length === 0) return
  const codes = [...new Set(dangers.map(({ code }) => code))]
  throw new RunError(
    `${dangers.map(({ arm, text }) => `arm ${arm}: ${text}`).join('; ')}; nothing was asked. \`npm run probe\` looks closer; to go on all the same, state \`generate: {probe: {accept: [${codes.join(', ')}]}}\``,
  )
}

/** Outcomes of probes that a kill or a stop ended before an arm's result was stored, by key: what is asked and of whom. */
async function unfinished(
  { context, now }: Worker,
  stored: Probe | undefined,
): Promise<ReadonlyMap<string, Outcome>> {
  const oldest = now() - maxAgeMs(context.recipe)
  const after = Math.max(oldest, stored === undefined ? 0 : Date.parse(stored.at))
  return knownOutcomes(journalFolder(context.runFolder, 0, 'probe'), (outcome) =>
    outcome.at > after ? outcome : undefined,
  )
}

function maxAgeMs({ generate }: Pick<Recipe, 'generate'>): number {
  return generate.probe.max_age_hours * 3_600_000
}
