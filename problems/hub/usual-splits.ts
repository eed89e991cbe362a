import type { HubFile } from '../../hub/read/repository.ts'

/**
 * The splits of files that no card describes, as `datasets` tells them: shards `data/SPLIT-00000-of-00003.*`, otherwise
 * the word for a split in the names of folders, otherwise in those of the files, otherwise all files are `train`.
 *
 * @param start where in their paths the names begin, behind the folder that is looked into
 */
export function usualSplits(files: readonly HubFile[], start: number): Map<string, HubFile[]> {
  for (const splitOf of [splitOfShard, splitOfFolder, splitOfName]) {
    const splits = grouped(files, (path) => splitOf(path.slice(start)))
    if (splits.size > 0) return splits
  }
  return files.length === 0 ? new Map<string, HubFile[]>() : new Map([['train', [...files]]])
}

/** The Hub's own Parquet copy: `CONFIG/SPLIT/0000.parquet`; `partial-SPLIT` where it has only the first part. */
export function convertedConfigs(files: readonly HubFile[]): Map<string, Map<string, HubFile[]>> {
  const configs = new Map<string, Map<string, HubFile[]>>()
  const byConfig = grouped(files, (path) => /^([^/]+)\/[^/]+\/\d+\.parquet$/.exec(path)?.[1])
  for (const [config, members] of byConfig)
    configs.set(
      config,
      grouped(members, (path) => path.split('/')[1]?.replace(/^partial-/, '')),
    )
  return configs
}

function grouped(
  files: readonly HubFile[],
  nameOf: (path: string) => string | undefined,
): Map<string, HubFile[]> {
  const groups = new Map<string, HubFile[]>()
  for (const file of files) {
    const name = nameOf(file.path)
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), file])
  }
  return groups
}

function splitOfShard(path: string): string | undefined {
  return /^data\/(\w+(?:\.\w+)*)-\d{5}-of-\d{5}[^/]*\.[^/]*$/.exec(path)?.[1]
}

function splitOfFolder(path: string): string | undefined {
  const folders = path.split('/').slice(0, -1)
  return folders.map(splitOfWord).find((split) => split !== undefined)
}

function splitOfName(path: string): string | undefined {
  return splitOfWord(path.split('/').at(-1) ?? '')
}

const words: Readonly<Record<string, readonly string[]>> = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'dev', 'val'],
  test: ['test', 'testing', 'eval', 'evaluation'],
}

/** The split whose word stands in a name between signs, spaces, digits or its ends. */
function splitOfWord(name: string): string | undefined {
  const parts = name.split(/[-._ 0-9]+/)
  return Object.keys(words).find((split) => words[split]!.some((word) => parts.includes(word)))
}
