import { join } from 'node:path'
import { entriesBelow } from '../../store/files/entries.ts'
import { readPieces } from '../../store/files/read-pieces.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { visitParquetTexts } from '../../store/parquet/visit-texts.ts'
import { findKeyLike } from '../../store/secrets/patterns.ts'
import { openRedactor } from '../../store/secrets/redact.ts'

/** Names of the variables that hold secrets, and what they hold. */
export type Secrets = Readonly<Record<string, string>>

/** A file that holds a secret: the value of a variable, or what has the form of a key. */
export type FoundSecret = {
  path: string
  /** The variable, or the name of the form. */
  what: string
  /** For a form: names the value without telling it, for who says that it is no key. */
  mark: string | undefined
  /** Of a Parquet file, where the first such text stands. */
  place: { column: string; row: string } | undefined
}

/** Longer than any form of a key, so that one which two pieces of a file share is seen. */
const overlap = 2048

/**
 * Looks for secrets in every file of a folder: in its bytes, and for Parquet files in every text of every row, whatever
 * its compression and encoding. Values of variables are found in every form in which `openRedactor` hides them, keys of
 * others by the forms of `knownForms`. Memory is bounded by a few pages of one column.
 *
 * @param allowed marks of texts that only look like keys
 * @returns the first find of every file
 */
export async function findSecrets(
  folder: string,
  secrets: Secrets,
  { onBytes, allowed = [] }: { onBytes: (bytes: number) => void; allowed?: readonly string[] },
): Promise<FoundSecret[]> {
  const look = lookFor(secrets, new Set(allowed))
  const found: FoundSecret[] = []
  for (const { path } of (await entriesBelow(folder)).filter((entry) => entry.isFile)) {
    const absolute = join(folder, path)
    const isParquet = path.endsWith('.parquet')
    const seen =
      (await inBytes(absolute, look, onBytes)) ?? (isParquet ? await inTexts(absolute, look) : undefined)
    if (seen === undefined) continue
    found.push({ path, ...seen, place: isParquet ? await placeOf(absolute, look, seen) : undefined })
  }
  return found
}

type Seen = Pick<FoundSecret, 'what' | 'mark'>
type Look = (text: string) => Seen | undefined

function lookFor(secrets: Secrets, allowed: ReadonlySet<string>): Look {
  const together = openRedactor(Object.values(secrets))
  return (text) => {
    if (together.text(text) !== text) {
      const holder = Object.entries(secrets).find(([, value]) => openRedactor([value]).text(text) !== text)
      return { what: `the value of ${holder?.[0] ?? 'a key in use'}`, mark: undefined }
    }
    const like = findKeyLike(text, allowed)
    return like && { what: `what has the form of a key (${like.name})`, mark: like.mark }
  }
}

async function inBytes(
  path: string,
  look: Look,
  onBytes: (bytes: number) => void,
): Promise<Seen | undefined> {
  let tail = ''
  for await (const piece of readPieces(path)) {
    const text = tail + piece.toString('latin1')
    const seen = look(text)
    if (seen !== undefined) return seen
    tail = text.slice(-overlap)
    onBytes(piece.length)
  }
  return undefined
}

async function inTexts(path: string, look: Look): Promise<Seen | undefined> {
  let seen: Seen | undefined
  await visitParquetTexts(path, (text) => {
    seen ??= look(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1'))
  })
  return seen
}

/** The rows are read again, one by one: only a dataset that is refused pays for it. */
async function placeOf(path: string, look: Look, { what }: Seen): Promise<FoundSecret['place']> {
  let number = 0
  for await (const row of readParquetRows(path)) {
    number += 1
    for (const [column, value] of Object.entries(row)) {
      const text = typeof value === 'string' ? value : (JSON.stringify(value, plainValue) ?? '')
      if (look(text)?.what !== what) continue
      const id = row['id'] ?? row['pair_id']
      return { column, row: typeof id === 'string' ? id : `number ${number}` }
    }
  }
  return undefined
}

function plainValue(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

/** What a person is told of the first find: where it is, what it looks like, what to do. */
export function secretText([first, ...others]: readonly FoundSecret[], consequence: string): string {
  const { path, what, mark, place } = first!
  const where = place === undefined ? '' : ` (column ${place.column}, row ${place.row})`
  const more = others.length === 0 ? '' : `, and ${others.length} more files hold secrets`
  const way = mark === undefined ? '' : `; if it is none, put ${mark} into the recipe's \`write.not_secrets\``
  return `${path}${where} holds ${what}${more}; ${consequence}: if it is a key, replace that key at its service, and drop the row with \`filter.secret: true\` or correct the problem set${way}`
}
