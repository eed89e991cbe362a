import { join } from 'node:path'
import { entriesBelow } from '../../store/files/entries.ts'
import { readPieces } from '../../store/files/read-pieces.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { visitParquetTexts } from '../../store/parquet/visit-texts.ts'
import { findKeyLike, formTrigrams, mayBeKeyAt } from '../../store/secrets/patterns.ts'
import { keyTrigrams, openRedactor } from '../../store/secrets/redact.ts'
import { openScan, type Sought } from '../../store/secrets/scan.ts'

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
const overlap = 16_384

/**
 * Looks for secrets in every file of a folder: in its bytes; of Parquet files in every text of every row, whatever its
 * compression and encoding, and in the footer. Values of variables are found in every form in which `openRedactor` hides
 * them, keys of others by the forms of `knownForms`. Memory is bounded by a few pages of one column.
 *
 * @param onBytes is told the bytes that were read of the files
 * @param allowed marks of texts that only look like keys
 * @param except paths of files that were looked through before
 * @returns the first find of every file
 */
export async function findSecrets(
  folder: string,
  secrets: Secrets,
  {
    onBytes,
    allowed = [],
    except,
  }: { onBytes: (bytes: number) => void; allowed?: readonly string[]; except?: ReadonlySet<string> },
): Promise<FoundSecret[]> {
  const looks = looksFor(secrets, new Set(allowed))
  const scan = openScan(looks)
  const found: FoundSecret[] = []
  for (const { path } of (await entriesBelow(folder)).filter((entry) => entry.isFile)) {
    if (except?.has(path)) continue
    const absolute = join(folder, path)
    const isParquet = path.endsWith('.parquet')
    const seen = isParquet ? await inParquet(absolute, scan, onBytes) : await inBytes(absolute, scan, onBytes)
    if (seen === undefined) continue
    found.push({ path, ...seen, place: isParquet ? await placeOf(absolute, looks, seen) : undefined })
  }
  return found
}

/** Looks for the same in the bytes of one text. */
export function openSecretScan(
  secrets: Secrets,
  allowed: readonly string[],
): (bytes: Uint8Array) => Pick<FoundSecret, 'what' | 'mark'> | undefined {
  return openScan(looksFor(secrets, new Set(allowed)))
}

type Seen = Pick<FoundSecret, 'what' | 'mark'>
type Scan = (bytes: Uint8Array) => Seen | undefined

/** Forms reach no further than this, with the signs around them that decide whether they are one. */
const formReach = 640

function looksFor(secrets: Secrets, allowed: ReadonlySet<string>): Sought<Seen>[] {
  const together = openRedactor(Object.values(secrets))
  const inUse = (text: string): Seen | undefined => {
    if (together.text(text) === text) return undefined
    const holder = Object.entries(secrets).find(([, value]) => openRedactor([value]).text(text) !== text)
    return { what: `the value of ${holder?.[0] ?? 'a key in use'}`, mark: undefined }
  }
  const like = (text: string): Seen | undefined => {
    const known = findKeyLike(text, allowed)
    return known && { what: `what has the form of a key (${known.name})`, mark: known.mark }
  }
  return [
    { ...keyTrigrams(Object.values(secrets)), look: inUse },
    { trigrams: formTrigrams, reach: formReach, isWorth: mayBeKeyAt, look: like },
  ]
}

async function inBytes(
  path: string,
  scan: Scan,
  onBytes: (bytes: number) => void,
): Promise<Seen | undefined> {
  let tail: Uint8Array = new Uint8Array()
  for await (const piece of readPieces(path)) {
    const bytes = Buffer.concat([tail, piece])
    const seen = scan(bytes)
    if (seen !== undefined) return seen
    tail = bytes.subarray(Math.max(0, bytes.length - overlap))
    onBytes(piece.length)
  }
  return undefined
}

/** What stands in the pages is in the texts; the footer has entries of its own. */
async function inParquet(
  path: string,
  scan: Scan,
  onBytes: (bytes: number) => void,
): Promise<Seen | undefined> {
  let seen: Seen | undefined
  await visitParquetTexts(path, {
    visit: (text) => (seen ??= scan(text)),
    isDone: () => seen !== undefined,
    onBytes,
  })
  return seen
}

/** The rows are read again, one by one: only a dataset that is refused pays for it. */
async function placeOf(
  path: string,
  looks: readonly Sought<Seen>[],
  { what }: Seen,
): Promise<FoundSecret['place']> {
  let number = 0
  for await (const row of readParquetRows(path)) {
    number += 1
    for (const [column, value] of Object.entries(row)) {
      const text = typeof value === 'string' ? value : (JSON.stringify(value, plainValue) ?? '')
      if (looks.every(({ look }) => look(text)?.what !== what)) continue
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
