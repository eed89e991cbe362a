import type * as DuckDb from '@duckdb/node-api'
import { RunError } from '../../schemas/errors.ts'
import { makeFolder, remove } from '../files/entries.ts'

/** What a query gives: whole numbers as numbers, whatever their width in the database. */
type QueryValue = string | number | boolean | null
export type QueryRow = Record<string, QueryValue>

/** A database of this process that keeps nothing. */
export type Database = {
  /** The rows of one statement; several are an error. */
  rows(sql: string, values?: readonly string[]): Promise<QueryRow[]>
  run(sql: string): Promise<void>
  /** A folder of the database's own, for what does not fit into memory and for files in between. */
  scratch: string
}

/**
 * Opens a database in memory while `work` lasts. What does not fit spills into `scratch`, which is removed at the end.
 * Nothing is loaded from elsewhere, and no file of a database is ever opened: only Parquet and JSON files are read.
 *
 * @param scratch a folder that is not there yet
 * @throws RunError where the library does not run on this machine
 */
export async function withDatabase<Result>(
  { scratch, memory = '512MB' }: { scratch: string; memory?: string },
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { DuckDBInstance } = await load()
  await makeFolder(scratch)
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: memory,
      threads: '2',
      temp_directory: scratch,
      // It keeps what was read of files beside the limit of memory, 2 MB for every 4,000 answers of a report.
      enable_external_file_cache: 'false',
      preserve_insertion_order: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    const connection = await instance.connect()
    try {
      return await work(databaseOf(connection, scratch))
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  } finally {
    await remove(scratch)
  }
}

function databaseOf(connection: DuckDb.DuckDBConnection, scratch: string): Database {
  return {
    scratch,
    async rows(sql, values = []) {
      // `prepare` takes one statement: the library's shorter ways run all of several.
      const prepared = await connection.prepare(sql).catch(explain)
      try {
        prepared.bind([...values])
        const reader = await prepared.runAndReadAll().catch(explain)
        return reader.getRowObjectsJS().map(plainRow)
      } finally {
        prepared.destroySync()
      }
    },
    async run(sql) {
      await connection.run(sql).catch(explain)
    },
  }
}

/** What is wrong with files, or with the room for them, is a matter for people; everything else is a defect. */
function explain(error: unknown): never {
  const [line = ''] = (error as Error).message.split('\n')
  if (!/^(?:IO|Invalid Input|Out of Memory) Error/u.test(line)) throw error
  throw new RunError(
    `the run's files cannot be read (${line}); a damaged part is made again by \`distill\` once it is deleted, and nothing is asked twice`,
    { cause: error },
  )
}

function plainRow(row: Record<string, unknown>): QueryRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(name, value)]))
}

function plainValue(name: string, value: unknown): QueryValue {
  if (typeof value === 'bigint') return Number(value)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isNaN(value) ? null : value
  throw new TypeError(`the column ${name} is neither a text nor a number`)
}

/** A text as a literal of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/**
 * Parquet files as a table of SQL. The database would take `*`, `?` and `[` of a path for a pattern, and a folder `name=value`
 * for a column: here a path is a path.
 */
export function parquetFiles(paths: readonly string[]): string {
  return `read_parquet([${paths.map((path) => literal(exactly(path))).join(', ')}], hive_partitioning = false)`
}

/** A pattern that only this path matches. */
export function exactly(path: string): string {
  return path.replaceAll(/[*?[]/gu, '[$&]')
}

async function load(): Promise<typeof DuckDb> {
  try {
    return await import('@duckdb/node-api')
  } catch (error) {
    throw new RunError(
      `this needs the database DuckDB, which does not load on ${process.platform} ${process.arch} (${(error as Error).message.split('\n')[0]}); run \`npm ci\` there, or use a machine for which \`@duckdb/node-bindings\` exists (Linux, macOS and Windows on x64 and arm64)`,
      { cause: error },
    )
  }
}
