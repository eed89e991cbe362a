import { hashOf } from '../../../schemas/canonical.ts'
import type { AdmittedCounts } from '../../../schemas/counts.ts'
import type { Problem } from '../../../schemas/problem.ts'
import { readPart, writePart } from '../../../store/parts/part.ts'
import { holds, homeOfWaves, placeOf, readWaves, waveOf } from '../../../store/run/waves.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { readKinds } from '../read-kinds.ts'
import { stratumOf } from '../select/stratum.ts'
import type { ShardJob, ShardStage } from '../stage.ts'

const version = 1

/**
 * Puts the problems before every later stage that the run has chosen to ask so far, so that a run with `select` is one that
 * has fewer problems. Which they are is stored before anything of them is asked.
 */
export const admitStage: ShardStage<'admitted'> = {
  name: 'admit',
  scope: 'shard',
  reads: ['problems', 'kinds'],
  writes: 'admitted',
  replaces: 'problems',
  active: ({ recipe }) => recipe.select !== undefined,
  fingerprint: ({ recipe, chosen }, inputs) =>
    hashOf({ version, by: recipe.select?.by, chosen: chosen?.digest, inputs }),
  inThread: admit,
}

async function admit({ context, shard, fingerprint, lease }: ShardJob): Promise<void> {
  const counts: AdmittedCounts = { problems: 0, strata: {} }
  await writePart(context.runFolder, 'admitted', shard, {
    lease,
    rows: admitted(context, shard, counts),
    fingerprint,
    counts: () => counts,
  })
}

async function* admitted(
  context: RunContext,
  shard: number,
  counts: AdmittedCounts,
): AsyncGenerator<Problem> {
  const { runFolder, recipe } = context
  const waves = await readWaves(homeOfWaves(context))
  const kinds = await readKinds(context, shard)
  for await (const problem of readPart(runFolder, 'problems', shard)) {
    const stratum = stratumOf(problem, recipe.select!, kinds)
    const own = (counts.strata[stratum] ??= { problems: 0, chosen: 0, held: 0 })
    own.problems += 1
    const place = placeOf(problem.id)
    if (waveOf(waves, place) === 0) continue
    own.chosen += 1
    if (holds(waves.held, place)) own.held += 1
    else {
      counts.problems += 1
      yield problem
    }
  }
}
