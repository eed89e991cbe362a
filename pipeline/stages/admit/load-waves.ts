import { homeOfWaves, readWaves } from '../../../store/run/waves.ts'
import type { RunContext } from '../../recipe/run-context.ts'

/** Tells the context which problems the run has chosen to ask, where the recipe selects a number of pairs. */
export async function loadWaves(context: RunContext): Promise<void> {
  if (context.recipe.select === undefined) return
  const { waves, held, digest } = await readWaves(homeOfWaves(context))
  const problems = waves.reduce((sum, wave) => sum + wave.length, 0) - held.length
  context.chosen = { waves: waves.length, problems, digest }
}
