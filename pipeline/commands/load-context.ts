import { importedDigests } from '../stages/generate/import/import-traces.ts'
import { loadContracts } from '../stages/generate/probe/contracts.ts'
import { loadRecipe } from '../recipe/load-recipe.ts'
import { resolveRun } from '../recipe/resolve-run.ts'
import type { ShardContext } from '../recipe/run-context.ts'
import type { CommandIo } from './io.ts'

/**
 * A recipe with everything that its run folder adds to it: what was imported, and how responses are read. Only with these
 * do the parts of a run count as current.
 *
 * @throws UsageError for every mistake in the recipe
 */
export async function loadContext(
  recipePath: string,
  { run }: { run?: string },
  { environment, now, cwd }: Pick<CommandIo, 'environment' | 'now' | 'cwd'>,
): Promise<ShardContext> {
  const context = resolveRun(await loadRecipe(recipePath, environment, now), run, cwd)
  context.imports = await importedDigests(context)
  await loadContracts(context)
  return context
}
