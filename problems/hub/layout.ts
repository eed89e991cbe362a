import { posix } from 'node:path'
import { pathPattern } from '../../hub/read/path-pattern.ts'
import { UsageError } from '../../schemas/errors.ts'
import { knownFormat } from '../files/files.ts'
import type { DeclaredConfig } from './card.ts'
import { type HubFile, oneOf } from '../../hub/read/repository.ts'
import { convertedConfigs, usualSplits } from './usual-splits.ts'

/** A configuration of a dataset and where its splits come from. */
export type Config = { name: string; isDefault: boolean; splits: () => Map<string, HubFile[]> }

/** The files of one split. */
export type Located = { config: string; split: string; files: HubFile[] }

/** The configurations of a repository: those of its card, else those that its files' names tell. */
export function configsOf(declared: readonly DeclaredConfig[], files: readonly HubFile[]): Config[] {
  if (declared.length > 0)
    return declared.map((config) => ({
      name: config.name,
      isDefault: config.isDefault,
      splits: () => declaredSplits(config, files),
    }))
  const converted = convertedConfigs(files)
  if (converted.size > 0 && files.every((file) => isHidden(file.path) || isConverted(file.path)))
    return [...converted].map(([name, splits]) => ({
      name,
      isDefault: false,
      splits: () => splits,
    }))
  const data = files.filter((file) => isData(file.path))
  return data.length === 0
    ? []
    : [{ name: 'default', isDefault: false, splits: () => usualSplits(oneFormat(data), 0) }]
}

/** Whether a repository leaves it to a program of its own what its rows are. */
export function hasLoadingScript(repo: string, files: readonly HubFile[]): boolean {
  const script = `${repo.split('/').at(-1) ?? ''}.py`
  return files.some((file) => file.path === script)
}

/**
 * The files of a configuration and split. Without a name the configuration that is marked as default, is called
 * `default` or is the only one.
 *
 * @throws UsageError which names those that there are, and the nearest
 */
export function locate(
  repo: string,
  configs: readonly Config[],
  wanted: { config: string | undefined; split: string; section: string },
): Located {
  const names = configs.map(({ name }) => name)
  const config =
    wanted.config === undefined
      ? (configs.find(({ isDefault }) => isDefault) ??
        configs.find(({ name }) => name === 'default') ??
        (configs.length === 1 ? configs[0] : undefined))
      : configs.find(({ name }) => name === wanted.config)
  if (config === undefined) {
    const missing =
      wanted.config === undefined
        ? 'has several configurations and none is the default'
        : `has no configuration "${wanted.config}"`
    throw new UsageError(
      `the dataset ${repo} ${missing}; ${oneOf(wanted.config ?? '', names, `${wanted.section}.config`)}`,
    )
  }
  const splits = config.splits()
  const files = splits.get(wanted.split)
  if (files !== undefined) return { config: config.name, split: wanted.split, files }
  const place = configs.length === 1 ? repo : `${repo}, configuration ${config.name},`
  if (splits.size === 0)
    throw new UsageError(`the dataset ${place} holds no files; name another one in ${wanted.section}.config`)
  throw new UsageError(
    `the dataset ${place} has no split "${wanted.split}"; ${oneOf(wanted.split, [...splits.keys()], `${wanted.section}.split`)}`,
  )
}

/** Files of one format only: a repository that has the same rows twice has them as Parquet. */
export function oneFormat(files: readonly HubFile[]): HubFile[] {
  for (const format of ['parquet', 'jsonl', 'csv']) {
    const found = files.filter((file) => knownFormat(file.path)?.format === format)
    if (found.length > 0) return found
  }
  return [...files]
}

function declaredSplits(
  { name, folder, patterns }: DeclaredConfig,
  files: readonly HubFile[],
): Map<string, HubFile[]> {
  const inside = folder === '' ? files : files.filter((file) => file.path.startsWith(`${folder}/`))
  if (patterns === undefined) {
    const start = folder === '' ? 0 : folder.length + 1
    return usualSplits(oneFormat(inside.filter((file) => isData(file.path.slice(start)))), start)
  }
  const byPath = new Map(inside.map((file) => [file.path, file]))
  const visible = inside.filter((file) => !isHidden(file.path))
  const splits = new Map<string, HubFile[]>()
  let steps = 0
  const refuseLong = (more: number, length = 0): void => {
    steps += more
    if (length <= longestPattern && steps <= mostSteps) return
    throw new UsageError(
      `the card of the dataset has more or longer patterns of files than can be looked at (configuration ${JSON.stringify(name.slice(0, 60))}); name its files in problems.files`,
    )
  }
  for (const [split, ofSplit] of patterns) {
    const found = new Set<HubFile>()
    for (const pattern of ofSplit) {
      const path = posix.join(folder, pattern.replace(/^\/+/, ''))
      const exact = byPath.get(path)
      if (exact !== undefined) {
        found.add(exact)
        continue
      }
      refuseLong(0, path.length)
      const matches = pathPattern(path, (taken) => refuseLong(taken + stepsForPath))
      for (const file of visible) if (matches(file.path)) found.add(file)
    }
    if (found.size > 0) splits.set(split, [...found])
  }
  return splits
}

/** A card is a stranger's: so long a pattern at most, and so many comparisons, which take some seconds. */
const longestPattern = 1024
const mostSteps = 200_000_000
/** What looking at a path takes beside the comparisons of its signs. */
const stepsForPath = 20

/** What `datasets` passes over when it looks for data by itself. */
function isData(path: string): boolean {
  return !isHidden(path) && !notData.has(path.split('/').at(-1) ?? '') && knownFormat(path) !== undefined
}

const notData = new Set(['config.json', 'dataset_info.json', 'dataset_infos.json', 'dataset_dict.json'])

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part.startsWith('__'))
}

function isConverted(path: string): boolean {
  return /^[^/]+\/[^/]+\/\d+\.parquet$/.test(path) || path === 'README.md'
}
