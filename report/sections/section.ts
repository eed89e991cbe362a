import type { Database } from '../../store/duckdb/open.ts'
import type { Gathered } from '../answers/gather.ts'
import type { Column, Section } from '../report.ts'
import type { ReportRun } from '../run.ts'
import type { Estimate } from '../answers/clustered.ts'

/** What a section is made from. */
export type Source = { db: Database; run: ReportRun; gathered: Gathered }

export type SectionMaker = (source: Source) => Promise<Section>

export const text = (key: string, label = key): Column => ({ key, label, form: 'text' })
export const count = (key: string, label = key): Column => ({ key, label, form: 'count' })
export const number = (key: string, label = key): Column => ({ key, label, form: 'number' })
export const usd = (key: string, label = key): Column => ({ key, label, form: 'usd' })

/** A column of an estimate, which `estimate` fills. */
export const estimated = (key: string, label: string, form: 'number' | 'share'): Column => ({
  key,
  label,
  form,
  interval: [`${key}_low`, `${key}_high`],
})

type Members<Key extends string> = Record<Key | `${Key}_low` | `${Key}_high`, number | null>

/** The members of an estimate in a row. */
export function estimate<Key extends string>(key: Key, { mean, low, high }: Estimate): Members<Key> {
  // An object with computed names has no type of its own.
  return { [key]: mean, [`${key}_low`]: low, [`${key}_high`]: high } as Members<Key>
}

/** A row with the members of an estimate. */
export function withEstimate<Row extends object, Key extends string>(
  row: Row,
  key: Key,
  found: Estimate,
): Row & Members<Key> {
  return { ...row, ...estimate(key, found) }
}
