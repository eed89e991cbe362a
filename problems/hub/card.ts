import { parse } from 'yaml'
import { z } from 'zod'

/** A configuration as a dataset's card declares it. */
export type DeclaredConfig = {
  name: string
  isDefault: boolean
  /** Folder that the patterns, or without patterns the usual names, are looked for in; without slashes at its ends. */
  folder: string
  /** Patterns of paths by split; `undefined` leaves it to the usual names. */
  patterns: Map<string, string[]> | undefined
}

/** What is read of a dataset card. */
export type Card = { license: string; configs: DeclaredConfig[] }

/**
 * Reads the YAML head of a dataset card, in every form that `datasets` takes for `data_files`.
 *
 * @returns a text that says what is wrong with the head when it cannot be read
 */
export function readCard(text: string): Card | string {
  const head = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/.exec(text)?.[1]
  if (head === undefined) return { license: '', configs: [] }
  let tree: unknown
  try {
    tree = parse(head)
  } catch (error) {
    return `its head is not valid YAML (${(error as Error).message.split('\n', 1)[0] ?? ''})`
  }
  const read = Head.safeParse(tree ?? {})
  if (!read.success)
    return `its head has \`${read.error.issues[0]?.path.join('.') ?? ''}\` in a form that is unknown`
  const { license, license_name, configs } = read.data
  return { license: licenseOf(license, license_name), configs: configs.map(declared) }
}

const Paths = z.union([z.string(), z.array(z.string())])
const DataFiles = z.union([
  Paths,
  z.array(z.object({ split: z.coerce.string(), path: Paths })),
  z.record(z.string(), Paths),
])
const Head = z.object({
  license: z
    .union([z.string(), z.array(z.string())])
    .nullish()
    .catch(null),
  license_name: z.string().nullish().catch(null),
  configs: z
    .array(
      z.object({
        config_name: z.coerce.string(),
        default: z.boolean().nullish(),
        data_files: DataFiles.nullish(),
        data_dir: z.string().nullish(),
      }),
    )
    .nullish()
    .transform((configs) => configs ?? []),
})

/** `other` stands for the licence that `license_name` names, `unknown` for none. */
function licenseOf(license: string | string[] | null | undefined, name: string | null | undefined): string {
  const stated = [license ?? []].flat().join(', ')
  return stated === 'other' ? (name ?? stated) : stated === 'unknown' ? '' : stated
}

function declared(config: z.infer<typeof Head>['configs'][number]): DeclaredConfig {
  const { config_name, default: isDefault, data_files, data_dir } = config
  return {
    name: config_name,
    isDefault: isDefault ?? false,
    folder: (data_dir ?? '').replace(/^(?:\.?\/)+|\/+$/g, ''),
    patterns: data_files === null || data_files === undefined ? undefined : patternsOf(data_files),
  }
}

function patternsOf(files: z.infer<typeof DataFiles>): Map<string, string[]> {
  const patterns = new Map<string, string[]>()
  const add = (split: string, paths: string | string[]): void => {
    patterns.set(split, [...(patterns.get(split) ?? []), ...[paths].flat()])
  }
  if (typeof files === 'string') add('train', files)
  else if (Array.isArray(files)) {
    for (const entry of files) {
      if (typeof entry === 'string') add('train', entry)
      else add(entry.split, entry.path)
    }
  } else for (const [split, paths] of Object.entries(files)) add(split, paths)
  return patterns
}
