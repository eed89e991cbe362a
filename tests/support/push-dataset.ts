import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeCard } from '../../output/card/card.ts'
import { writeShards } from '../../output/dataset/dataset.ts'
import { explainHubError } from '../../hub/client/explain.ts'
import { openHubRepository } from '../../hub/write/repository.ts'
import { pushDataset, type PushOptions, type PushReport } from '../../output/push/push-dataset.ts'
import { makeManifest, writeManifest } from '../../output/dataset/manifest.ts'
import { chooseExports } from '../../output/exports/registry.ts'
import { madePair, studyArms } from '../output/made-pairs.ts'

/** Writes a dataset of `shards` shards a configuration, whose content `seed` decides, in place of an older one. */
export async function writeSmallDataset(folder: string, shards: number, seed = 0): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const exports = chooseExports(studyArms, ['reasoning', 'ift'])
  const written = await writeShards({
    folder,
    arms: studyArms,
    exports,
    shardBytes: 1,
    groups: Array.from({ length: shards }, (_, index) => madePair(seed * 1000 + index, studyArms)),
  })
  await writeManifest(folder, makeManifest(`made-${seed}`, written))
  await writeCard(folder, {
    title: 'Sums',
    summary: 'Sums for a test.',
    repository: null,
    license: null,
    language: ['en'],
    arms: studyArms,
    exports,
    funnel: [],
    plots: false,
    provenance: { version: '0', recipe: 'made', fingerprint: 'f00d', seed },
  })
}

export type Pushing = Partial<PushOptions> & {
  repo?: string
  token?: string
  endpoint?: string
  xet?: boolean
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Pushes a dataset folder as the command does, without its checks of the run and without waiting; notes, waits among them, go into `notes`. */
export async function pushFolder(
  hub: { url: string; token: string },
  folder: string,
  options: Pushing = {},
  notes: string[] = [],
): Promise<PushReport> {
  const stop = options.stop ?? new AbortController().signal
  const repo = options.repo ?? 'demo-org/sums'
  const endpoint = options.endpoint ?? hub.url
  const client = openHubRepository({
    endpoint,
    token: options.token ?? hub.token,
    repo,
    xet: options.xet ?? false,
    stop,
    now: Date.now,
    random: () => 0,
    wait: options.wait ?? (async (ms) => void notes.push(`waited ${ms}`)),
    onPause: (ms) => notes.push(`asked to wait ${ms}`),
  })
  try {
    return await pushDataset({
      hub: client,
      folder,
      branch: 'main',
      pullRequest: false,
      create: true,
      isPrivate: false,
      dryRun: false,
      title: 'Publish',
      verify: true,
      onNote: (text) => notes.push(text),
      onProgress: () => undefined,
      ...options,
      stop,
    })
  } catch (error) {
    throw explainHubError(error, { purpose: 'publishing', endpoint, repo, hasToken: true })
  } finally {
    await client.close()
  }
}

/** The paths of a branch or pull request, sorted. */
export function pathsOf(
  hub: { repo(name: string): RepositoryLike | undefined },
  revision = 'main',
): string[] {
  const repository = hub.repo('demo-org/sums')!
  return [...repository.commits.get(repository.branches.get(revision)!)!.files.keys()].sort()
}

type RepositoryLike = {
  branches: ReadonlyMap<string, string>
  commits: ReadonlyMap<string, { files: ReadonlyMap<string, unknown> }>
}

/** Where a test keeps its dataset below its own folder. */
export function datasetIn(folder: string): string {
  return join(folder, 'dataset')
}
