import { answersSection } from './answers-section.ts'
import { columnsSections } from './columns-section.ts'
import { defaultConfiguration, matchedOf, notRecorded } from './facts.ts'
import type { CardFacts } from './facts.ts'
import { code, fence, inline, share, table, whole, withoutColumn } from './markdown.ts'
import type { ConfigurationStatistics } from './statistics.ts'
import type { Plots } from './plots.ts'
import { ranked } from './tally.ts'
import { trainersSection } from './trainers-section.ts'
import type { Tally } from './tally.ts'

/** Sections 2 to 5 of the card: how to load it, what it holds, its columns, who can train on it. */
export function dataSections(
  facts: CardFacts,
  statistics: readonly ConfigurationStatistics[],
  plots: Plots,
): string[] {
  return [
    quickStart(facts, statistics),
    configurations(facts, statistics),
    ...answersSection(facts, statistics, plots),
    ...columnsSections(facts, statistics),
    trainersSection(facts, statistics),
  ]
}

function quickStart(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  const place = facts.repository ?? '.'
  const files = facts.repository === null ? 'data' : `hf://datasets/${facts.repository}/data`
  const names = statistics.map((one) => one.name)
  const first = defaultConfiguration(names) ?? 'reasoning'
  const loads = names.map(
    (name) => `${pythonName(name)} = load_dataset("${place}", "${name}", split="train")`,
  )
  return [
    '## Quick start',
    fence(['from datasets import load_dataset', '', ...loads].join('\n'), 'python'),
    ...joining(facts, statistics),
    fence(
      `SELECT task, count(*) AS rows\nFROM '${files}/${first}/*.parquet'\nGROUP BY task ORDER BY rows DESC;`,
      'sql',
    ),
  ].join('\n\n')
}

/** Explains which configurations share their rows; empty where none do. */
function joining(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string[] {
  const matched = matchedOf(facts, statistics)
  const names = matched.map(({ name }) => code(name)).join(', ')
  if (matched.length === 0) return []
  return matched.length === statistics.length
    ? [
        'One `pair_id` stands for one problem in every configuration; ids, order and number of rows are the same in all of them, so row *i* of one configuration speaks of the same problem as row *i* of another.',
      ]
    : [
        `One \`pair_id\` stands for one problem. In ${names} ids, order and number of rows are the same, so row *i* of one speaks of the same problem as row *i* of another; the other configurations have rows of their own.`,
      ]
}

function pythonName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/^(?=[0-9])/, '_')
}

function configurations(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  const describe = new Map(facts.exports.map((one) => [one.name, one.describe]))
  const rows = statistics.map((one) => [
    code(one.name),
    inline(describe.get(one.name) ?? notRecorded),
    whole(one.rows),
    whole(one.shards),
    whole(one.bytes),
  ])
  return [
    '## Configurations',
    table(['configuration', 'for', 'rows', 'shards', 'bytes'], rows),
    'Every configuration has one split, `train`. Tokens of reasoning and answer together, counted with the tokenizer that the rows name:',
    table(['configuration', 'answers of', 'tokens', 'median', 'p95', 'max'], statistics.flatMap(tokenRows)),
    facts.lengths ?? '',
    withoutColumn(
      'length',
      statistics.filter(({ tokens }) => tokens.size === 0),
    ),
    ...statistics.slice(0, 1).map((one) => mixes(one)),
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}

function tokenRows({ name, tokens }: ConfigurationStatistics): string[][] {
  return [...tokens].map(([label, { total, median, p95, max }]) => [
    code(name),
    code(label === '' ? name : label),
    whole(total),
    whole(median),
    whole(p95),
    whole(max),
  ])
}

function mixes(one: ConfigurationStatistics): string {
  const line = (title: string, tally: Tally): string => {
    const parts = ranked(tally)
      .slice(0, 20)
      .map(([value, count]) => `${value === '' ? 'not stated' : inline(value)} ${share(count, one.rows)}`)
    return `- ${title}: ${parts.join(', ') || notRecorded}${tally.size > 20 ? `, and ${tally.size - 20} more` : ''}`
  }
  return [
    line('Tasks', one.tasks),
    line('Domains', one.domains),
    ...(one.cells.size > 0 ? [line('Areas and formats', one.cells)] : []),
  ].join('\n')
}
