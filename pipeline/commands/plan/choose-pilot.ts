import { canonicalJson } from '../../../schemas/canonical.ts'
import type { Problem } from '../../../schemas/problem.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { readPart } from '../../../store/parts/part.ts'
import { homeOfWaves, placeOf, writeWave } from '../../../store/run/waves.ts'
import { shardOf } from '../../../store/run/shard-cuts.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { dividesByKind } from '../../recipe/check-kinds.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { isUntold, toldBy, toldKind } from '../../stages/classify/tell.ts'
import { dividedBy, stratumOf } from '../../stages/select/stratum.ts'
import { wayFrom } from '../../stages/select/turns.ts'

/** The problems of a pilot: the shards that have them, how many they are, and of how many they were drawn. */
export type ChosenPilot = {
  shards: number[]
  problems: number
  population: number
  /** Problems of the set in each stratum that the run selects from. */
  strata: Map<string, number>
}

type Stratum = { problems: number; first: { turn: number; id: string }[] }

/** Lengths of a prompt in characters that count as one class: each four times as long as the one before. */
const lengthStep = 4

/**
 * Chooses the problems of a pilot: of every source, domain and length as many as its share of the set, and among equals
 * those whose turn comes first when the run selects pairs, so that a run with `select` asks them too. Every problem has the
 * same chance, so a plain mean over the pilot stands for the set. The choice is on disk when this returns.
 *
 * Memory: a few dozen bytes for each stratum, and at most four times the pilot's problems of each.
 */
export async function choosePilot(
  context: RunContext,
  { shards }: Pick<ShardPlan, 'shards'>,
  count: number,
): Promise<ChosenPilot> {
  const { runFolder, recipe } = context
  const draw = pilotDraw(recipe, count)
  const columns = [...new Set([...toldBy, ...dividedBy])]
  for (let shard = 0; shard < shards; shard++)
    for await (const problem of readPart(runFolder, 'problems', shard, columns)) draw.add(problem)
  const { ids, population, strata } = draw.chosen()
  const home = homeOfWaves({ ...context, pilot: true })
  await writeWave(home, 1, Float64Array.from(ids, placeOf))
  const held = new Set(ids.map((id) => shardOf(id, shards)))
  return { shards: [...held].toSorted((a, b) => a - b), problems: ids.length, population, strata }
}

type Drawable = Pick<Problem, (typeof toldBy)[number] | (typeof dividedBy)[number]>

/** Draws the problems of a pilot from those that it is given one after the other. */
export function pilotDraw(
  recipe: Pick<Recipe, 'seed' | 'select' | 'classify'>,
  count: number,
): { add(problem: Drawable): void; chosen(): Omit<ChosenPilot, 'shards' | 'problems'> & { ids: string[] } } {
  const way = wayFrom(recipe.seed)
  const stratumIn = strataOf(recipe)
  const strata = new Map<string, Stratum>()
  const selectable = new Map<string, number>()
  let population = 0
  return {
    add(problem) {
      const selected = stratumIn(problem)
      if (selected === undefined) return
      population += 1
      selectable.set(selected, (selectable.get(selected) ?? 0) + 1)
      const length = Math.floor(Math.log(Math.max(1, problem.prompt.length)) / Math.log(lengthStep))
      const key = canonicalJson([selected, problem.source, problem.domain, length])
      const own = strata.get(key) ?? { problems: 0, first: [] }
      strata.set(key, own)
      own.problems += 1
      own.first.push({ turn: way(placeOf(problem.id)), id: problem.id })
      if (own.first.length > 4 * count) keepFirst(own, count)
    },
    chosen() {
      const wanted = Math.min(count, population)
      const ids: string[] = []
      let before = 0
      for (const name of [...strata.keys()].toSorted()) {
        const own = strata.get(name)!
        const share =
          sharesUpTo(before + own.problems, wanted, population) - sharesUpTo(before, wanted, population)
        before += own.problems
        keepFirst(own, share)
        ids.push(...own.first.map(({ id }) => id))
      }
      return { ids, population, strata: selectable }
    },
  }
}

/**
 * Tells the stratum of a problem under `select`; `undefined` where the recipe wants none of it. What only a judge can tell
 * of its kind is not known before anything is asked: such a problem may be wanted.
 */
export function strataOf({
  select,
  classify,
}: Pick<Recipe, 'select' | 'classify'>): (problem: Drawable) => string | undefined {
  return (problem) => {
    const kind = dividesByKind(select) ? toldKind(problem, classify!) : undefined
    const stratum = stratumOf(problem, select ?? {}, new Map(kind && [[kind.id, kind]]))
    const isOpen = kind !== undefined && isUntold(kind) && classify!.judge !== undefined
    return isOpen || !select?.quotas || Object.hasOwn(select.quotas, stratum) ? stratum : undefined
  }
}

function keepFirst(stratum: Stratum, count: number): void {
  stratum.first.sort((a, b) => a.turn - b.turn)
  stratum.first.length = Math.min(stratum.first.length, count)
}

/** How many of the pilot's problems fall on the first so many of the set: evenly, the first in the middle of its stretch. */
function sharesUpTo(problems: number, wanted: number, population: number): number {
  return Math.floor((problems * wanted) / population + 0.5)
}
