import type { Theme } from '../output/charts/theme.ts'

/** A member of a row; `null` is what is not known. */
export type Cell = string | number | null

/** How a member is written. */
export type Form = 'text' | 'count' | 'number' | 'share' | 'usd'

export type Column = {
  key: string
  label: string
  form: Form
  /** The members that hold the ends of its 95 % interval. */
  interval?: readonly [low: string, high: string]
}

export type Table = {
  /** The same in every report, and the only one of its name. */
  id: string
  caption: string
  columns: readonly Column[]
  rows: readonly Readonly<Record<string, Cell>>[]
  /** The data of a chart, which stands folded below it. */
  ofChart?: string
}

/** A plot: `name` is that of its files. */
export type Chart = { name: string; title: string; draw: (theme: Theme) => Promise<string> }

/** One answer that two checkers judged in different ways. */
export type Example = Readonly<Record<string, string>>

/** One subject of a report. */
export type Section = {
  id: string
  title: string
  /** Which of the metrics M1 to M13 it holds; empty for none. */
  metric: string
  /** What the figures mean, in sentences without figures. */
  says: readonly string[]
  charts?: readonly Chart[]
  tables: readonly Table[]
  examples?: readonly { title: string; examples: readonly Example[] }[]
  /** What the run cannot say about it, and what would let it. */
  notKnown?: readonly string[]
}

export type Report = {
  name: string
  /** Shards whose figures these are, and shards that are not done. */
  shards: { done: number; missing: number }
  sections: readonly Section[]
}
