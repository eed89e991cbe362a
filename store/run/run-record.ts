import { hash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '../../schemas/canonical.ts'
import { RunError } from '../../schemas/errors.ts'
import { RunRecord } from '../../schemas/run.ts'
import { replaceFile } from '../files/atomic.ts'
import { exists, readText } from '../files/entries.ts'
import { codeOf } from '../files/disk-error.ts'

export const recordFile = 'run.json'

/** A second copy is kept with the journal, which is useless without it: the plan says which shard is which. */
function copyPath(folder: string): string {
  return join(folder, 'journal', recordFile)
}

/** Writes `run.json`, and its copy once there is a plan. */
export async function storeRunRecord(folder: string, record: RunRecord): Promise<void> {
  const text = `${JSON.stringify({ ...record, sum: sumOf(record) }, null, 2)}\n`
  await replaceFile(join(folder, recordFile), text)
  if (record.plan) await replaceFile(copyPath(folder), text)
}

/**
 * What is known of the run in a folder; `undefined` when it holds none. Where `run.json` is gone or damaged its copy
 * says it.
 *
 * @param warn is told so
 * @throws RunError when neither can be read though there is a journal: in a new folder everything would be bought again
 */
export async function readRunRecord(
  folder: string,
  warn?: (text: string) => void,
): Promise<RunRecord | undefined> {
  const path = join(folder, recordFile)
  const own = await readRecord(path)
  if (typeof own === 'object') return own
  const copy = await readRecord(copyPath(folder))
  if (typeof copy === 'object') {
    warn?.(`${path} ${own}; the run goes on with the copy that lies with its journal`)
    return copy
  }
  if (own === missing && !(await exists(join(folder, 'journal')))) return undefined
  throw new RunError(
    `${path} ${own}; restore it from a backup, because in another folder everything would be asked and paid for again`,
  )
}

const missing = 'is gone'

/** A record, or the reason why it cannot be read. */
async function readRecord(path: string): Promise<RunRecord | string> {
  let text
  try {
    text = await readText(path)
  } catch (error) {
    if (codeOf(error) === '') throw error
    return `cannot be read (${codeOf(error)})`
  }
  if (text === undefined) return missing
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'is damaged (it is not JSON)'
  }
  const parsed = RunRecord.safeParse(value)
  if (!parsed.success)
    return `is not readable as a run of this version (${z.prettifyError(parsed.error).replaceAll('\n', ' ')})`
  const { sum, ...record } = parsed.data
  return sum === undefined || sum === sumOf(record) ? record : 'is damaged (its checksum does not hold)'
}

function sumOf(record: RunRecord): string {
  // As it will be read back: without what JSON leaves out.
  return hash('sha256', canonicalJson(JSON.parse(JSON.stringify(record))), 'hex').slice(0, 16)
}
