import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { printable } from '../../pipeline/reporter/printable.ts'
import { RunError } from '../../schemas/errors.ts'
import { readForeignParquet } from '../../store/parquet/foreign/read.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { ownPeakMb } from './own-peak.ts'
import { parquetLies } from './lying-parquet.ts'
import { bytesOf, truthfulFile } from './made-parquet.ts'

/* Reads every lying file, as one that somebody hands in or as a part of a run, and prints a line about each:
   node read-lies.ts foreign|own FOLDER. In a process of its own, so that a test can tell a hang and a crash. */
const [how, folder] = process.argv.slice(2)

async function read(path: string): Promise<string> {
  const rows: unknown[] = []
  if (how === 'own') for await (const row of readParquetRows(path)) rows.push(Object.values(row))
  else for await (const { row } of readForeignParquet(path, 'file.parquet', {})) rows.push(Object.values(row))
  return JSON.stringify(rows)
}

const path = join(folder!, `${how}.parquet`)
await writeFile(path, bytesOf(truthfulFile()))
const truth = await read(path)
for (const { name, lie } of parquetLies) {
  const file = truthfulFile()
  lie(file)
  await writeFile(path, bytesOf(file))
  const begun = performance.now()
  let said: string
  try {
    said = (await read(path)) === truth ? 'the same rows' : 'OTHER ROWS'
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    said = error instanceof RunError && printable(message) === message ? message : `STACK ${String(error)}`
  }
  const ms = Math.round(performance.now() - begun)
  console.log(JSON.stringify({ name, said, ms, peak_mb: ownPeakMb() }))
}
