import { contentSha256, gitOid, type HubDataset, type HubFile } from './dataset-files.ts'
import type { RemoteFile } from '../../hub/write/repository.ts'

/** What one commit does. */
export type CommitGroup = { title: string; adds: HubFile[]; deletes: string[] }

export type PushPlan = {
  groups: CommitGroup[]
  /** Files that are on the Hub already. */
  unchanged: HubFile[]
}

/** Names that shards have: only these are ever taken away from a repository. */
const shardName = /^data\/[\w.-]+\/(?:[0-9a-f]{12}\/)?train-\d{5}-of-\d{5}\.parquet$/u

/**
 * The commits that turn a revision into the dataset; none when it holds it already. The last one has the card, the
 * manifest and the deletions, so every revision before it is still the whole old dataset to whoever reads its card.
 * Groups are cut from the whole dataset and then lose what is there, so a push that goes on after a kill makes the same
 * commits as one that was left alone.
 */
export async function planPush(
  dataset: HubDataset,
  remote: ReadonlyMap<string, RemoteFile>,
  title: string,
  perCommit: number,
): Promise<PushPlan> {
  const early = dataset.foldered ? chunks(dataset.shards, perCommit) : []
  const last = dataset.foldered ? dataset.rest : [...dataset.shards, ...dataset.rest]
  const unchanged: HubFile[] = []
  const missing = async (files: readonly HubFile[]): Promise<HubFile[]> => {
    const found: HubFile[] = []
    for (const file of files) ((await isSame(file, remote.get(file.path))) ? unchanged : found).push(file)
    return found
  }
  const groups: CommitGroup[] = []
  for (const [index, files] of early.entries())
    groups.push({
      title: `${title}: data, part ${index + 1} of ${early.length}`,
      adds: await missing(files),
      deletes: [],
    })
  groups.push({ title, adds: await missing(last), deletes: superseded(dataset, remote) })
  return { groups: groups.filter(({ adds, deletes }) => adds.length + deletes.length > 0), unchanged }
}

/** Whether a file of the Hub has the bytes of ours. */
export async function isSame(file: HubFile, remote: RemoteFile | undefined): Promise<boolean> {
  if (remote === undefined || remote.size !== file.bytes) return false
  if (remote.lfs !== null) return remote.lfs === (await contentSha256(file))
  return remote.oid === (await gitOid(file))
}

/** Whether a revision has all that a group adds and nothing that it deletes. */
export async function hasLanded(
  { adds, deletes }: CommitGroup,
  remote: ReadonlyMap<string, RemoteFile>,
): Promise<boolean> {
  if (deletes.some((path) => remote.has(path))) return false
  for (const file of adds) if (!(await isSame(file, remote.get(file.path)))) return false
  return true
}

/** Files of the groups, or shards beside them, that somebody else changed from one revision to another. */
export function touchedFiles(
  dataset: HubDataset,
  before: ReadonlyMap<string, RemoteFile>,
  after: ReadonlyMap<string, RemoteFile>,
): string[] {
  const ours = new Set([...dataset.shards, ...dataset.rest].map((file) => file.path))
  const paths = new Set([...before.keys(), ...after.keys()])
  return [...paths].filter((path) => {
    if (!ours.has(path) && !shardName.test(path)) return false
    const [old, now] = [before.get(path), after.get(path)]
    return (old?.lfs ?? old?.oid) !== (now?.lfs ?? now?.oid)
  })
}

function superseded(dataset: HubDataset, remote: ReadonlyMap<string, RemoteFile>): string[] {
  const kept = new Set(dataset.shards.map((file) => file.path))
  return [...remote.keys()].filter((path) => shardName.test(path) && !kept.has(path)).sort()
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
