import { arrowSchema } from '../../store/parquet/columns.ts'
import { typeName } from '../dataset/features.ts'
import { answersSection } from './answers-section.ts'
import { defaultConfiguration, matchedOf, notRecorded } from './facts.ts'
import type { CardFacts } from './facts.ts'
import { code, fence, inline, share, table, whole } from './markdown.ts'
import type { ConfigurationStatistics } from './statistics.ts'
import type { Plots } from './plots.ts'
import { ranked } from './tally.ts'
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
    ...alike(statistics).map((group) => columns(facts, group)),
    trainers(facts, statistics),
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
    ...statistics.slice(0, 1).map((one) => mixes(one)),
  ].join('\n\n')
}

function tokenRows({ name, tokens }: ConfigurationStatistics): string[][] {
  if (tokens.size === 0) return [[code(name), '', notRecorded, notRecorded, notRecorded, notRecorded]]
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
  return [line('Tasks', one.tasks), line('Domains', one.domains)].join('\n')
}

/** Configurations with the same columns together, in their order. */
function alike(statistics: readonly ConfigurationStatistics[]): ConfigurationStatistics[][] {
  return [...Map.groupBy(statistics, (one) => JSON.stringify(one.columns)).values()]
}

function columns(facts: CardFacts, group: readonly ConfigurationStatistics[]): string {
  const one = group[0]!
  const declaring = facts.exports.find((candidate) => candidate.name === one.name)
  const fields = declaring === undefined ? [] : arrowSchema(declaring.schema(facts.arms)).fields
  const declared = new Map(fields.map((field) => [field.name, field]))
  const rows = one.columns.map(({ name, type, nullable }) => {
    const field = declared.get(name)
    const meaning = field?.metadata.get('description') ?? ''
    return [code(name), code(field ? typeName(field.type) : type), nullable ? 'yes' : 'no', inline(meaning)]
  })
  return [
    `## Columns of ${group.map(({ name }) => code(name)).join(', ')}`,
    table(['column', 'type', 'null', 'meaning'], rows),
    ...group.flatMap(example),
  ].join('\n\n')
}

function example({ name, example: row }: ConfigurationStatistics): string[] {
  return row === null
    ? []
    : [`A row of ${code(name)}, long texts cut:`, fence(JSON.stringify(row, shortened, 2), 'json')]
}

function shortened(_name: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= 400) return value
  return `${value.slice(0, 400).toWellFormed()}… (${whole(value.length - 400)} more characters)`
}

function trainers(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string {
  const forms = statistics.flatMap((one) => {
    const form = trainedAs(one.columns)
    return form === undefined ? [] : [{ name: one.name, ...form }]
  })
  if (forms.length === 0) return '## Trainers\n\nNo configuration of this dataset holds chat messages.'
  return [
    '## Trainers',
    'No place for reasoning is right for every chat template: some delete a thinking block in the message, some put it into the answer as plain text, some read no field. `npm run render -- RECIPE --target MODEL` renders every row with the template of the model that is trained and says what it makes of it.',
    targetsText(facts),
    table(
      ['configuration', 'columns', 'reasoning'],
      forms.map(({ name, columns, reasoning }) => [code(name), columns, reasoning]),
    ),
    'Where a text itself mentions a tag of a thinking block, the row has a backslash after its `<`.',
    table(
      ['trainer', 'how'],
      [
        [
          'TRL `SFTTrainer`',
          'finds `messages`, or `prompt` and `completion` with `chat_template_kwargs`, by itself; no other column is read',
        ],
        [
          'Axolotl',
          '`type: chat_template`; `split_thinking: true` if the template has a field of its own for reasoning',
        ],
        [
          'LLaMA-Factory',
          'an entry of `dataset_info.json` with `formatting: sharegpt` and the tags `role`, `content`, `user`, `assistant`; reads inline blocks only',
        ],
        ['verl', '`data.messages_key: messages` in its multi-turn fine-tuning'],
      ],
    ),
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}

/** What is trained in a configuration, and where its reasoning stands, by its columns. */
function trainedAs(
  columns: ConfigurationStatistics['columns'],
): { columns: string; reasoning: string } | undefined {
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  const trained = ['messages', 'completion', 'chosen'].find((name) => types.has(name))
  if (trained === undefined) return undefined
  const named = {
    messages: '`messages`',
    completion: '`prompt`, `completion`',
    chosen: '`prompt`, `chosen`, `rejected`',
  }
  const type = types.get(trained)!
  const field = /\b(reasoning_content|thinking|reasoning): string/u.exec(type)?.[1]
  const place =
    type === 'string'
      ? 'in the text; no template is applied'
      : 'inline, in a `<think>` block where there is any'
  return {
    columns: named[trained as keyof typeof named],
    reasoning: field === undefined ? place : `in the field \`${field}\``,
  }
}

function targetsText({ targets = [] }: CardFacts): string {
  if (targets.length === 0) return ''
  return `Made for ${targets.map(code).join(', ')}: it is published only when every row comes out right in their templates, or when its makers accept what does not.`
}
