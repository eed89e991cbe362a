import { join } from 'node:path'
import { HubError } from '../../../../hub/client/error.ts'
import { explainHubError } from '../../../../hub/client/explain.ts'
import { isRepoName } from '../../../../hub/client/names.ts'
import { isSame, openHubCache, removeHubCache } from '../../../../hub/read/cache.ts'
import { downloadFile } from '../../../../hub/read/download.ts'
import { openHubReader, type HubReader } from '../../../../hub/read/reader.ts'
import { fileAddress, listFiles, resolveCommit, type HubFile } from '../../../../hub/read/repository.ts'
import { manifestFile, readManifest } from '../../../../output/dataset/manifest.ts'
import { UsageError } from '../../../../schemas/errors.ts'
import { moveFile } from '../../../../store/files/entries.ts'
import type { CommandIo } from '../../io.ts'
import { choosePairs, datasetFiles, type DatasetFiles } from './dataset-files.ts'

const prefix = 'hub:'

/** Whether a source is named as one of the Hub. */
export function isOfHub(source: string): boolean {
  return source.startsWith(prefix)
}

/**
 * Loads the pairs of a dataset of the Hub, `hub:ORG/NAME@COMMIT`, into `runs/hub/ORG--NAME/COMMIT`, with a place for its reviews
 * beside them; a branch or tag, `main` where there is none, is settled to its commit. What was loaded before is not loaded again.
 *
 * @throws UsageError or RunError, one line for a person
 */
export async function hubDataset(
  source: string,
  { environment, now, random, reporter, cwd }: CommandIo,
): Promise<DatasetFiles> {
  const [, repo = '', revision = 'main'] = /^hub:([^@]*)(?:@(.+))?$/u.exec(source) ?? []
  if (!repo.includes('/') || !isRepoName(repo))
    throw new UsageError(
      `"${source}" is no dataset of the Hub; write hub:ORG/NAME@COMMIT, such as hub:org/name@main`,
    )
  const note = (text: string): void => reporter.note(text)
  const client = openHubReader({ environment, now, random, note })
  try {
    const { commit } = await resolveCommit(client, repo, revision)
    const own = join(cwd, 'runs', 'hub', repo.replace('/', '--'), commit)
    const folder = join(own, 'dataset')
    const listed = await listFiles(client, repo, commit)
    const load = async (file: HubFile): Promise<void> => loadFile(file, { client, repo, commit, folder })
    const manifest = listed.find(({ path }) => path === manifestFile)
    if (manifest) await load(manifest)
    const paths = manifest
      ? (await readManifest(folder)).files.filter(({ config }) => config === 'pairs').map(({ path }) => path)
      : choosePairs(listed.map(({ path }) => path))
    if (paths.length === 0) throw new UsageError(`${repo} has no Parquet file with pairs at ${commit}`)
    note(`reading ${repo} at the commit ${commit}: ${paths.length} files of pairs`)
    for (const file of listed) if (paths.includes(file.path)) await load(file)
    return { ...(await datasetFiles(folder)), name: repo, reviews: join(own, 'reviews') }
  } catch (error) {
    const { endpoint, hasToken } = client
    if (error instanceof HubError && error.status === 404)
      throw new UsageError(
        `${endpoint} has no dataset ${repo} with the commit, branch or tag ${revision}, or it is private; correct the name${hasToken ? '' : ', or set HF_TOKEN for private ones'}`,
        { cause: error },
      )
    throw explainHubError(error, { purpose: 'reading', endpoint, repo, hasToken })
  } finally {
    await client.close()
  }
}

type Place = { client: HubReader; repo: string; commit: string; folder: string }

async function loadFile(file: HubFile, { client, repo, commit, folder }: Place): Promise<void> {
  const parts = file.path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new UsageError(`${repo} lists ${JSON.stringify(file.path)}, which is no path inside of it`)
  const place = join(folder, ...parts)
  if (await isSame(file, place)) return
  const loading = `${place}.loading`
  const addressOf = (): string => fileAddress(client, repo, commit, file.path)
  const loaded = await downloadFile(file, { client, cache: openHubCache(loading), addressOf })
  await moveFile(loaded, place)
  await removeHubCache(loading)
}
