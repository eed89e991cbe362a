import { UsageError } from '../../../../schemas/errors.ts'
import { readParquetMetadata } from '../../../../store/parquet/read.ts'

/** The columns of rows that are pairs. */
export type RowColumns = {
  /** Names the pair. */
  id: string
  /** Texts of the arms. Of a column `reasoning` the answer's facts are in `reasoning_meta`, where there is one. */
  texts: readonly string[]
  all: ReadonlySet<string>
}

/** Columns of text that are none of an arm. */
const others = new Set([
  'id',
  'pair_id',
  'prompt',
  'problem',
  'task',
  'source',
  'source_id',
  'domain',
  'difficulty',
  'license',
])

/**
 * Which columns of a file hold what a reviewer sees, by the names of the configuration `pairs`: the texts that have a `_meta` beside
 * them, and where nothing has one every column of text that is not known for something else.
 *
 * @throws UsageError where a row cannot be told for a pair
 */
export async function rowColumns(path: string): Promise<RowColumns> {
  const { columns } = await readParquetMetadata(path)
  const all = new Set(columns.map(({ name }) => name))
  const texts = columns.filter(({ name, type }) => type === 'string' && !others.has(name))
  const told = texts.filter(({ name }) => all.has(`${name}_meta`))
  const own = (told.length > 0 ? told : texts).map(({ name }) => name)
  const id = ['pair_id', 'id'].find((name) => all.has(name))
  if (id === undefined || !all.has('prompt') || own.length === 0)
    throw new UsageError(
      `${path} holds no pairs: wanted are columns \`pair_id\`, \`prompt\` and a text for each arm; it has ${[...all].join(', ')}`,
    )
  return { id, texts: own, all }
}
