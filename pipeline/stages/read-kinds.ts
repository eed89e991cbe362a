import type { ProblemKind } from '../../schemas/problem-kind.ts'
import { readPart } from '../../store/parts/part.ts'
import type { RunContext } from '../recipe/run-context.ts'

/** What the problems of a shard are about, by id; empty where the recipe does not classify them. */
export async function readKinds(
  { runFolder, recipe }: Pick<RunContext, 'runFolder' | 'recipe'>,
  shard: number,
): Promise<ReadonlyMap<string, ProblemKind>> {
  const kinds = new Map<string, ProblemKind>()
  if (recipe.classify === undefined) return kinds
  for await (const kind of readPart(runFolder, 'kinds', shard)) kinds.set(kind.id, kind)
  return kinds
}
