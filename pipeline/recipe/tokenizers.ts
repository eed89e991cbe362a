import { resolve } from 'node:path'
import { loadPinnedFile, pinnedFileOf, pinnedPath } from '../../hub/read/pinned-file.ts'
import type { HubAccess } from '../../hub/read/reader.ts'
import { sha256 } from '../../schemas/canonical.ts'
import { readBytes } from '../../store/files/entries.ts'
import { tokenizersFolder } from '../../store/run/paths.ts'
import { loadTokenizer, placeTokenizers } from '../../teachers/cost/supplied-tokenizer.ts'
import { judgeArms } from './judge-arms.ts'
import type { RunContext } from './run-context.ts'

/**
 * Finds the tokenizers that the arms and judges of a run name. One of the Hub is found where `loadTokenizers` puts it: its
 * name says what it holds, whether it is there or not.
 *
 * @throws UsageError when a file is not there
 */
export async function locateTokenizers(
  { recipe, arms, runFolder }: Pick<RunContext, 'recipe' | 'arms' | 'runFolder'>,
  cwd: string,
): Promise<RunContext['tokenizers']> {
  const located: RunContext['tokenizers'] = {}
  for (const { tokenizer: name } of [...arms, ...judgeArms(recipe)]) {
    if (name === '') continue
    const pinned = pinnedFileOf(name)
    if (pinned !== undefined) {
      located[name] = { path: pinnedPath(tokenizersFolder(runFolder), pinned), digest: sha256(name) }
      continue
    }
    const path = resolve(cwd, name)
    const bytes = await readBytes(path)
    placeTokenizers({ [name]: { path } })
    // What is missing is told in the words of the counter.
    if (bytes === undefined) loadTokenizer(name)
    else located[name] = { path, digest: sha256(bytes) }
  }
  placeTokenizers(located)
  return located
}

/**
 * Tries the tokenizers that are files, before anything is written.
 *
 * @throws UsageError for one that is none
 */
export function tryTokenizers({ tokenizers }: Pick<RunContext, 'tokenizers'>): void {
  for (const name of Object.keys(tokenizers)) if (pinnedFileOf(name) === undefined) loadTokenizer(name)
}

/**
 * Loads the tokenizers of the Hub that are not there yet into the run folder, and tries each; what is there needs no
 * network.
 *
 * @throws UsageError or RunError, one line for a person
 */
export async function loadTokenizers(
  { tokenizers, runFolder }: Pick<RunContext, 'tokenizers' | 'runFolder'>,
  hub: (folder: string) => HubAccess,
): Promise<void> {
  const folder = tokenizersFolder(runFolder)
  for (const name of Object.keys(tokenizers)) {
    const pinned = pinnedFileOf(name)
    if (pinned === undefined) continue
    await loadPinnedFile(pinned, { ...hub(folder), folder, kind: 'models' })
    loadTokenizer(name)
  }
}
