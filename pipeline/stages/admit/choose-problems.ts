import type { ShardPlan } from '../../../schemas/run.ts'
import { readPart } from '../../../store/parts/part.ts'
import { placeOf, readWaves, waveOf, writeWave } from '../../../store/run/waves.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { readKinds } from '../read-kinds.ts'
import { dividedBy, stratumOf } from '../select/stratum.ts'
import { wayFrom } from '../select/turns.ts'

/**
 * Chooses the problems of the next wave: in each stratum those whose turn is next. They are on disk when this returns, so
 * a run that is killed from now on asks the same ones.
 *
 * Memory: 16 bytes for each problem that was not chosen yet.
 *
 * @param ask how many of each stratum
 */
export async function chooseProblems(
  context: RunContext,
  { shards }: Pick<ShardPlan, 'shards'>,
  ask: ReadonlyMap<string, number>,
): Promise<void> {
  const { runFolder, recipe } = context
  const waves = await readWaves(runFolder)
  const way = wayFrom(recipe.seed)
  const waiting = new Map([...ask.keys()].map((name) => [name, [] as number[]]))
  for (let shard = 0; shard < shards; shard++) {
    const kinds = await readKinds(context, shard)
    for await (const problem of readPart(runFolder, 'problems', shard, ['id', ...dividedBy])) {
      const own = waiting.get(stratumOf(problem, recipe.select!, kinds))
      const place = placeOf(problem.id)
      if (own && waveOf(waves, place) === 0) own.push(place)
    }
  }
  const chosen = [...waiting].flatMap(([name, own]) =>
    own.sort((a, b) => way(a) - way(b)).slice(0, ask.get(name)),
  )
  await writeWave(runFolder, waves.waves.length + 1, Float64Array.from(chosen))
}
