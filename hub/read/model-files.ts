import { join } from 'node:path'
import { replaceFile } from '../../store/files/atomic.ts'
import { exists, readText } from '../../store/files/entries.ts'
import { explainHubError } from '../client/explain.ts'
import { isCommit } from '../client/names.ts'
import { openHubCache, removeHubCache } from './cache.ts'
import { downloadFile } from './download.ts'
import { openHubReader, type HubAccess } from './reader.ts'
import { fileAddress, listFiles, resolveCommit } from './repository.ts'

/** Files of a model in a folder of the caller, as they are at a commit. */
export type ModelFiles = { folder: string; commit: string }

/**
 * Loads some text files of a model of the Hub, as far as it has them. A commit that was loaded before is not asked for
 * again, so a pinned revision needs no network the second time.
 *
 * @param wanted names at the top of the repository
 * @param section of the recipe that names the model, for messages
 * @throws UsageError or RunError, one line for a person
 */
export async function loadModelFiles(
  { repo, revision, section }: { repo: string; revision: string; section: string },
  wanted: readonly string[],
  { folder, ...access }: HubAccess & { folder: string },
): Promise<ModelFiles> {
  const placeOf = (commit: string): string => join(folder, repo.replace('/', '--'), commit)
  if (isCommit(revision) && (await exists(join(placeOf(revision), complete))))
    return { folder: placeOf(revision), commit: revision }
  const client = openHubReader(access)
  try {
    const { commit } = await resolveCommit(client, repo, revision, undefined, 'models')
    const place = placeOf(commit)
    if (await exists(join(place, complete))) return { folder: place, commit }
    const files = await listFiles(client, repo, commit, 'models')
    const loading = join(place, '.loading')
    const cache = openHubCache(loading)
    for (const file of files.filter(({ path }) => wanted.includes(path))) {
      const addressOf = ({ path }: { path: string }): string =>
        fileAddress(client, repo, commit, path, 'models')
      const path = await downloadFile(file, { client, cache, addressOf })
      await replaceFile(join(place, file.path), (await readText(path)) ?? '')
    }
    await removeHubCache(loading)
    await replaceFile(join(place, complete), `${repo} ${commit}\n`)
    return { folder: place, commit }
  } catch (error) {
    const { endpoint, hasToken } = client
    throw explainHubError(error, { purpose: 'reading', endpoint, repo, hasToken, section })
  } finally {
    await client.close()
  }
}

/** The file that says that all the others are there. */
const complete = 'loaded.txt'
