import type { JsonNumbers } from '../../store/files/exact-json.ts'
import type { Encoding } from '../problems-section.ts'

/** How files are read; those of a format that has no use for an option pass it over. */
export type ReadOptions = {
  /** Most rows of all files together. */
  limit?: number | undefined
  /** The columns that are wanted of a Parquet file, where the others need not be loaded; all unless given. */
  columns?: ((available: readonly string[]) => readonly string[]) | undefined
  /** Whether numbers of JSON come as their text where JavaScript would give back another; for references. */
  numbers?: JsonNumbers
  /** As the recipe states it; found unless given. */
  encoding?: Encoding | undefined
  delimiter?: string | undefined
  /** Told what was guessed about a file. */
  warn?: (text: string) => void
}
