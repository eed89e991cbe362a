import type { Field } from 'apache-arrow/schema'
import type { DataType } from 'apache-arrow/type'
import { arrowSchema } from '../../store/parquet/columns.ts'
import { typeName } from '../dataset/features.ts'
import { problemColumns, traceColumns } from '../exports/shared-columns.ts'
import type { CardFacts } from './facts.ts'
import { code, fence, inline, table, whole } from './markdown.ts'
import type { ConfigurationStatistics } from './statistics.ts'

/** Columns that many configurations have, told once: what is known of an answer, and of its problem. */
const shared = [
  { title: 'Columns of an answer', names: new Set(Object.keys(traceColumns)) },
  { title: 'Columns of a problem', names: new Set(Object.keys(problemColumns)) },
] as const

type Described = { name: string; type: string; nullable: boolean; meaning: string }

/** The columns of every configuration: its own ones, and the shared ones in tables of their own; an example of each. */
export function columnsSections(facts: CardFacts, statistics: readonly ConfigurationStatistics[]): string[] {
  const groups = alike(statistics).map((group) => ({ group, columns: describe(facts, group[0]!) }))
  const told = shared.flatMap(({ title, names }) => {
    const found = new Map<string, Described>()
    for (const { columns } of groups)
      for (const column of columns)
        if (names.has(column.name) && !found.has(column.name)) found.set(column.name, column)
    return found.size === 0 ? [] : [[`### ${title}`, columnTable([...found.values()])].join('\n\n')]
  })
  return [
    [
      '## Columns',
      'A column whose name ends in `_meta` has the columns of an answer as its members.',
      ...groups.map(({ group, columns }) => ownColumns(group, columns)),
      ...told,
    ].join('\n\n'),
  ]
}

/** Configurations with the same columns together, in their order. */
function alike(statistics: readonly ConfigurationStatistics[]): ConfigurationStatistics[][] {
  return [...Map.groupBy(statistics, (one) => JSON.stringify(one.columns)).values()]
}

function describe(facts: CardFacts, one: ConfigurationStatistics): Described[] {
  const declaring = facts.exports.find((candidate) => candidate.name === one.name)
  const fields = declaring === undefined ? [] : arrowSchema(declaring.schema(facts.arms)).fields
  const declared = new Map(fields.map((field) => [field.name, field]))
  return one.columns.map(({ name, type, nullable }) => {
    const field = declared.get(name)
    return {
      name,
      type: field ? shownType(field) : type,
      nullable,
      meaning: field?.metadata.get('description') ?? '',
    }
  })
}

/** What is known of an answer has some thirty members, which the table of its columns explains. */
function shownType({ name, type }: Field): string {
  return name.endsWith('_meta') ? 'struct' : typeName(type as DataType)
}

function ownColumns(group: readonly ConfigurationStatistics[], columns: readonly Described[]): string {
  const isShared = (set: ReadonlySet<string>) => columns.some(({ name }) => set.has(name))
  const further = shared.filter(({ names }) => isShared(names)).map(({ title }) => title.toLowerCase())
  const own = columns.filter(({ name }) => shared.every(({ names }) => !names.has(name)))
  return [
    `### ${group.map(({ name }) => code(name)).join(', ')}`,
    columnTable(own),
    further.length === 0 ? '' : `And the ${further.join(' and the ')}, below.`,
    ...group.flatMap(example),
  ]
    .filter((paragraph) => paragraph !== '')
    .join('\n\n')
}

function columnTable(columns: readonly Described[]): string {
  return table(
    ['column', 'type', 'null', 'meaning'],
    columns.map(({ name, type, nullable, meaning }) => [
      code(name),
      code(type),
      nullable ? 'yes' : 'no',
      inline(meaning),
    ]),
  )
}

function example({ name, example: row }: ConfigurationStatistics): string[] {
  return row === null
    ? []
    : [
        `<details><summary>A row of ${name}, long texts cut</summary>`,
        fence(JSON.stringify(row, shortened, 2), 'json'),
        '</details>',
      ]
}

function shortened(_name: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= 400) return value
  return `${value.slice(0, 400).toWellFormed()}… (${whole(value.length - 400)} more characters)`
}
