import { importedDigests } from '../stages/generate/import/import-traces.ts'
import { loadReadingRules } from '../stages/generate/probe/reading-rules.ts'
import { loadRecipe } from '../recipe/load-recipe.ts'
import { resolveRun } from '../recipe/resolve-run.ts'
import type { RunContext } from '../recipe/run-context.ts'
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
): Promise<RunContext> {
  const context = resolveRun(await loadRecipe(recipePath, environment, now), run, cwd)
  context.imports = await importedDigests(context)
  await loadReadingRules(context)
  return context
}
