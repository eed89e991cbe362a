import { stringify } from 'yaml'
import { defaultConfiguration } from './facts.ts'
import type { CardFacts } from './facts.ts'
import type { ConfigurationStatistics } from './statistics.ts'

/** The YAML block that the Hub and `datasets` read: which files are which configuration, and how the dataset is found. */
export function frontMatter(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  const names = statistics.map((one) => one.name)
  const rows = Math.max(0, ...statistics.map((one) => one.rows))
  const block = {
    pretty_name: facts.title,
    ...licenseKeys(datasetLicense(facts, statistics)),
    ...(facts.language.length > 0 && { language: [...facts.language] }),
    task_categories: ['text-generation'],
    size_categories: [sizeCategory(rows)],
    annotations_creators: ['machine-generated'],
    language_creators: ['machine-generated'],
    tags: tagsOf(facts),
    configs: statistics.map((one) => configurationOf(one, one.name === defaultConfiguration(names))),
  }
  return `---\n${stringify(block, { lineWidth: 0 })}---\n`
}

/**
 * `datasets` caches what it made of a local folder by the folder's last name and by this block, never by the content of
 * the files: with two runs, whose folders are both named `dataset`, the second would give the rows of the first. The
 * description of a configuration is part of that key, so it names the content.
 */
function configurationOf(
  { name, digest }: Pick<ConfigurationStatistics, 'name' | 'digest'>,
  isDefault: boolean,
): Record<string, unknown> {
  const files = [{ split: 'train', path: `data/${name}/train-*` }]
  const description = `content ${digest.slice(0, 16)}`
  return { config_name: name, ...(isDefault && { default: true }), description, data_files: files }
}

/** The licence as stated, else the one that all rows share, else `other`. */
export function datasetLicense(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  if (facts.license !== null) return facts.license
  const licenses = new Set<string>()
  for (const { sources } of statistics) {
    for (const entry of sources.keys()) licenses.add((JSON.parse(entry) as [string, string])[1])
  }
  const [only = ''] = licenses
  return licenses.size === 1 && only !== '' ? only : 'other'
}

/** The Hub accepts only licence names of its own list; any other is written next to `other`. */
const hubLicenses = new Set([
  'apache-2.0',
  'mit',
  'cc0-1.0',
  'cc-by-3.0',
  'cc-by-4.0',
  'cc-by-sa-3.0',
  'cc-by-sa-4.0',
  'cc-by-nc-4.0',
  'cc-by-nc-sa-4.0',
  'cc-by-nd-4.0',
  'odc-by',
  'odbl',
  'pddl',
  'cdla-permissive-1.0',
  'cdla-permissive-2.0',
  'bsd-3-clause',
  'gpl-3.0',
  'other',
])

function licenseKeys(license: string): Record<string, string> {
  const name = license.toLowerCase()
  return hubLicenses.has(name) ? { license: name } : { license: 'other', license_name: license }
}

function sizeCategory(rows: number): string {
  const bounds = ['1K', '10K', '100K', '1M', '10M', '100M', '1B', '10B', '100B', '1T']
  if (rows < 1000) return 'n<1K'
  const index = Math.min(Math.floor(Math.log10(rows)) - 3, bounds.length - 1)
  return index === bounds.length - 1 ? 'n>1T' : `${bounds[index]!}<n<${bounds[index + 1]!}`
}

function tagsOf(facts: CardFacts): string[] {
  const reasons = facts.arms.some((arm) => arm.mode === 'thinking')
  return [
    'synthetic',
    'distillation',
    'sft',
    ...(reasons ? ['reasoning', 'chain-of-thought'] : []),
    'twinstill',
  ]
}
