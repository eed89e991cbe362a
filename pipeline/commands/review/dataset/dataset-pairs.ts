import type { PairNote, PairPlace, PairSource } from '../../../../review/pairs/source.ts'
import { UsageError } from '../../../../schemas/errors.ts'
import { readParquetRows } from '../../../../store/parquet/read.ts'
import type { DatasetFiles } from './dataset-files.ts'
import { rowById } from './find-rows.ts'
import { rowColumns, type RowColumns } from './row-columns.ts'
import { metaOf, numberOf, pairOfRow, textOf } from './row-pair.ts'

type Row = Readonly<Record<string, unknown>>

/** Ids go through lines of reviews and calls of the page. */
const longestId = 100

/** The pairs of a dataset, a row each. Nothing is known of what its making dropped, nor of thresholds. */
export async function openDatasetPairs(dataset: DatasetFiles): Promise<PairSource> {
  const { files, name, reviews } = dataset
  const columns = await rowColumns(files[0]!.path)

  async function* rows(wanted: readonly string[]): AsyncGenerator<Row> {
    const own = wanted.filter((column) => columns.all.has(column))
    for (const { path, check } of files) {
      await check()
      yield* readParquetRows(path, { columns: own })
    }
  }

  return {
    name,
    reviews,
    async *places() {
      for await (const row of rows([columns.id, 'domain', 'source'])) yield placeOf(row, columns)
    },
    async *notes() {
      const metas = columns.texts.map((column) => `${column}_meta`)
      for await (const row of rows([columns.id, 'domain', 'source', 'task', 'difficulty', ...metas]))
        yield noteOf(row, columns)
    },
    async read(id) {
      const row = await rowOf(dataset, columns, id)
      return row && pairOfRow(row, columns)
    },
  }
}

/** By halving where rows stand in the order of their ids, as this product writes them, and else by a look at all ids. */
async function rowOf({ files }: DatasetFiles, columns: RowColumns, id: string): Promise<Row | undefined> {
  const found = columns.id === 'pair_id' ? await rowById(files, id) : undefined
  if (found?.['pair_id'] === id) return found
  for (const { path, check } of files) {
    await check()
    let at = 0
    for await (const row of readParquetRows(path, { columns: [columns.id] })) {
      if (row[columns.id] === id)
        return (await Array.fromAsync(readParquetRows(path, { rowStart: at, rowEnd: at + 1 })))[0]
      at += 1
    }
  }
  return undefined
}

function placeOf(row: Row, columns: RowColumns): PairPlace {
  const id = textOf(row[columns.id]) ?? ''
  if (id === '' || id.length > longestId)
    throw new UsageError(
      `a row has ${JSON.stringify(id.slice(0, 40))} as its ${columns.id}; wanted is a text of 1 to ${longestId} characters`,
    )
  return { id, domain: textOf(row['domain']) ?? '', source: textOf(row['source']) ?? '', lost: '' }
}

function noteOf(row: Row, columns: RowColumns): PairNote {
  const metas = columns.texts.map((column) => metaOf(row[`${column}_meta`]))
  const sum = (name: string): number => metas.reduce((all, meta) => all + (numberOf(meta[name]) ?? 0), 0)
  return {
    ...placeOf(row, columns),
    task: textOf(row['task']) ?? '',
    difficulty: textOf(row['difficulty']) ?? '',
    dropped: [],
    gold_suspect: metas.some((meta) => meta['gold_suspect'] === true),
    judged: metas.some(({ verdict_source: source }) => source === 'judge' || source === 'both'),
    verdicts: metas.flatMap((meta) => textOf(meta['verdict']) ?? []),
    tokens: sum('reasoning_tokens') + sum('answer_tokens'),
    near: null,
  }
}
