import type { Cell, Column, Report, Section, Table } from '../report.ts'

/** Tables whose figures are estimates that two runs can be held against each other by. */
const compared = [
  'accuracy',
  'lengths',
  'budget',
  'passes',
  'ratio',
  'truncation',
  'reflection',
  'cost',
  'cost-total',
]

type Side = { name: string; report: Report }

/**
 * Two reports beside each other: every row that both have, with the difference of its figures. The interval of a difference
 * is put together from those of the two figures, which takes the two runs as independent (Zou and Donner, Statistics in
 * Medicine 27, 2008: MOVER); for runs over the same problems it is too wide rather than too narrow.
 */
export function compareReports(one: Side, other: Side): Section {
  const tables = compared.flatMap((id) => {
    const [a, b] = [tableOf(one.report, id), tableOf(other.report, id)]
    return a && b ? [compareTables(a, b)] : []
  })
  return {
    id: 'compare',
    title: `${one.name} beside ${other.name}`,
    metric: '',
    says: [
      `Rows that only one of the two has are left out. A is ${one.name}, B is ${other.name}. The interval of a difference takes the two as independent, so that it is too wide where they share problems.`,
    ],
    tables: tables.filter(({ rows }) => rows.length > 0),
    ...(tables.every(({ rows }) => rows.length === 0) && {
      notKnown: ['How the two compare: they have no arm of the same name in common.'],
    }),
  }
}

function tableOf({ sections }: Report, id: string): Table | undefined {
  return sections.flatMap(({ tables }) => tables).find((table) => table.id === id)
}

/** Members that tell rows apart besides those that are texts. */
const telling = new Set(['budget', 'k', 'cap'])

function compareTables(a: Table, b: Table): Table {
  const keys = a.columns.filter(({ key, form }) => form === 'text' || telling.has(key))
  // What has a difference comes first: the counts behind it may need scrolling.
  const figures = a.columns
    .filter((column) => !keys.includes(column))
    .toSorted((one, other) => Number(other.interval !== undefined) - Number(one.interval !== undefined))
  const nameOf = (row: Table['rows'][number]): string => JSON.stringify(keys.map(({ key }) => row[key]))
  const others = new Map(b.rows.map((row) => [nameOf(row), row]))
  return {
    id: `compare-${a.id}`,
    caption: a.caption,
    columns: [...keys, ...figures.flatMap(comparedColumns)],
    rows: a.rows.flatMap((row) => {
      const other = others.get(nameOf(row))
      if (!other) return []
      const members: Record<string, Cell> = {}
      for (const { key } of keys) members[key] = row[key] ?? null
      for (const column of figures) Object.assign(members, comparedMembers(column, row, other))
      return [members]
    }),
  }
}

function comparedColumns({ key, label, form, interval }: Column): Column[] {
  const side = (name: 'a' | 'b', letter: string): Column => ({
    key: `${key}_${name}`,
    label: `${label}, ${letter}`,
    form,
    ...(interval && { interval: [`${key}_${name}_low`, `${key}_${name}_high`] as const }),
  })
  if (!interval) return [side('a', 'A'), side('b', 'B')]
  return [
    side('a', 'A'),
    side('b', 'B'),
    {
      key: `${key}_difference`,
      label: `${label}, A − B`,
      form,
      interval: [`${key}_difference_low`, `${key}_difference_high`],
    },
  ]
}

type Row = Table['rows'][number]

function comparedMembers({ key, interval }: Column, a: Row, b: Row): Record<string, Cell> {
  const members: Record<string, Cell> = { [`${key}_a`]: a[key] ?? null, [`${key}_b`]: b[key] ?? null }
  if (!interval) return members
  const [low, high] = interval
  for (const [name, row] of [
    ['a', a],
    ['b', b],
  ] as const)
    Object.assign(members, {
      [`${key}_${name}_low`]: row[low] ?? null,
      [`${key}_${name}_high`]: row[high] ?? null,
    })
  return Object.assign(members, differenceOf(key, [a[key], a[low], a[high]], [b[key], b[low], b[high]]))
}

type Bounded = readonly (Cell | undefined)[]

function differenceOf(key: string, a: Bounded, b: Bounded): Record<string, Cell> {
  const [x, xl, xh] = a.map(numberOf) as [number, number, number]
  const [y, yl, yh] = b.map(numberOf) as [number, number, number]
  return {
    [`${key}_difference`]: known(x - y),
    [`${key}_difference_low`]: known(x - y - Math.hypot(x - xl, yh - y)),
    [`${key}_difference_high`]: known(x - y + Math.hypot(xh - x, y - yl)),
  }
}

function numberOf(value: Cell | undefined): number {
  return typeof value === 'number' ? value : Number.NaN
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
