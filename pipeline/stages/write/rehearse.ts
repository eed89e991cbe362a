import { join } from 'node:path'
import { writeCard } from '../../../output/card/card.ts'
import { loadSharp } from '../../../output/charts/png.ts'
import { writeShards } from '../../../output/dataset/dataset.ts'
import { makeManifest, writeManifest } from '../../../output/dataset/manifest.ts'
import { RunError, TwinstillError } from '../../../schemas/errors.ts'
import type { Ledger } from '../../../schemas/ledger.ts'
import type { WrittenExport } from '../../../schemas/written-export.ts'
import { temporaryName } from '../../../store/files/atomic.ts'
import { exists, foldersIn, remove } from '../../../store/files/entries.ts'
import { exportsOf } from '../../recipe/exports-of.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { cardFacts } from './card-facts.ts'

/**
 * Writes the dataset without any problem in it, and takes it away again: whatever of the recipe cannot be written (a
 * configuration, a schema, a name, the card) is found before anything is paid for. A run that has a dataset has shown it.
 *
 * @param ledger of a run in which nothing happened yet, with these configurations
 * @throws TwinstillError where it fails
 */
export async function rehearseWrite(
  context: RunContext,
  ledger: (written: readonly WrittenExport[]) => Ledger,
): Promise<void> {
  const { recipe, arms, runFolder } = context
  const folder = join(runFolder, 'dataset')
  if (await exists(join(folder, 'manifest.json'))) return
  if ((await exists(folder)) && !(await foldersIn(runFolder)).includes('dataset'))
    throw new RunError(`${folder} is a file where the folder of the dataset belongs; move it away`)
  const trial = temporaryName(join(runFolder, 'rehearsal'))
  try {
    const { shard_bytes } = recipe.write
    const exports = exportsOf(context)
    const written = await writeShards({ folder: trial, arms, exports, groups: [], shardBytes: shard_bytes })
    const manifest = makeManifest('', written)
    await writeManifest(trial, manifest)
    if (recipe.write.plots) await loadSharp()
    await writeCard(trial, await cardFacts(context, manifest, ledger(manifest.exports)))
  } catch (error) {
    if (error instanceof TwinstillError) throw error
    throw new RunError(
      `the dataset could not be written as the recipe wants it (${(error as Error).message}); correct \`write\` in the recipe before anything is asked`,
      { cause: error },
    )
  } finally {
    await remove(trial)
  }
}
