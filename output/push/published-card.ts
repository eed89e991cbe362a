import { parse } from 'yaml'
import { z } from 'zod'
import { RunError } from '../../schemas/errors.ts'
import { pathPattern } from '../../hub/read/path-pattern.ts'
import { notRecorded, publishedRows, whenPublished, type PublishedFacts } from '../card/facts.ts'
import type { Manifest } from '../dataset/manifest.ts'

/** What the YAML block of a card must say for readers to find the data, and what it says of the licence. */
const FrontMatter = z.object({
  license: z.string().optional(),
  license_name: z.string().optional(),
  license_link: z.string().optional(),
  configs: z.array(
    z.object({
      config_name: z.string(),
      data_files: z.array(z.object({ split: z.string(), path: z.string() })),
    }),
  ),
})
export type FrontMatter = z.infer<typeof FrontMatter>

/**
 * The card as it stands on the Hub: its examples name the repository, and where shards are in folders named after their
 * content, so do its `configs`. Everything else, also what a person wrote into it, stays as it is.
 *
 * @param folders the folder of every configuration that has one
 * @param facts that differ between two runs with the same answers, so that the dataset folder does not hold them
 */
export function publishedCard(
  card: string,
  repo: string,
  folders: ReadonlyMap<string, string>,
  facts: PublishedFacts = {},
): string {
  let text = card
  for (const name of publishedRows)
    text = text.replaceAll(
      `| ${name} | ${whenPublished} |`,
      () => `| ${name} | ${facts[name] ?? notRecorded} |`,
    )
  for (const [config, folder] of folders)
    text = text.replaceAll(`data/${config}/train-*`, `data/${config}/${folder}/train-*`)
  return text
    .replaceAll('load_dataset(".", ', `load_dataset("${repo}", `)
    .replaceAll(/^FROM 'data\/([\w.-]+)\/\*\.parquet'$/gmu, (_, config: string) => {
      const folder = folders.get(config)
      return `FROM 'hf://datasets/${repo}/data/${config}/${folder === undefined ? '' : `${folder}/`}*.parquet'`
    })
}

/**
 * The YAML block of a card.
 *
 * @throws RunError when there is none that readers could use
 */
export function cardFrontMatter(card: string): FrontMatter {
  const block = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/u.exec(card)?.[1]
  try {
    return FrontMatter.parse(parse(block ?? ''))
  } catch (error) {
    throw new RunError(
      'README.md of the dataset has no YAML block with `configs` at its top, so no reader would find the data; write the dataset again',
      { cause: error },
    )
  }
}

/** Throws a RunError unless every configuration of the card reads exactly the files that the manifest has for it. */
export function checkCardFiles(card: string, manifest: Manifest): void {
  const { configs } = cardFrontMatter(card)
  const wanted = new Set(manifest.files.map((file) => file.config))
  for (const { config_name: name, data_files } of configs) {
    const patterns = data_files.map(({ path }) => pathPattern(path))
    const read = manifest.files.filter((file) => patterns.some((matches) => matches(file.path)))
    const own = manifest.files.filter((file) => file.config === name)
    if (!wanted.delete(name) || read.length !== own.length || read.some((file) => file.config !== name))
      throw new RunError(
        `README.md of the dataset reads ${read.length} files as the configuration ${JSON.stringify(name)}, the manifest has ${own.length}; correct its \`configs\` or write the dataset again`,
      )
  }
  for (const name of wanted)
    throw new RunError(
      `README.md of the dataset does not name the configuration ${JSON.stringify(name)}; correct its \`configs\` or write the dataset again`,
    )
}
