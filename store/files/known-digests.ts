import { hash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { replaceFile } from './atomic.ts'
import { readText } from './entries.ts'

/** A digest of some files, under a hash of their paths and of the marks by which their file system tells changes. */
const Digests = z.array(z.strictObject({ files: z.string(), digest: z.string(), sum: z.string() }))
type Digests = z.infer<typeof Digests>

/** How many sets of files are remembered: those of the problems and of every imported arm, as they are and as they were. */
const most = 64

/** A file that was changed just now may be changed again without a trace, because file systems count time in steps. */
const settledMs = 2000

/**
 * The digest of files, computed again only when one of them has another size, inode or time of change than when it was
 * computed last. What cannot be relied on is computed: files that are not regular or that changed just now, and a store
 * that is damaged or of another version.
 *
 * @param store the file that keeps the digests; for one process at a time
 */
export async function knownDigest(
  store: string,
  paths: readonly string[],
  compute: () => Promise<string>,
): Promise<string> {
  const before = await marksOf(paths)
  if (before === undefined) return compute()
  const known = await readDigests(store)
  const found = known.find(({ files }) => files === before)
  if (found) return found.digest
  const digest = await compute()
  if ((await marksOf(paths)) !== before) return digest
  const entry = { files: before, digest, sum: sumOf(before, digest) }
  await replaceFile(store, `${JSON.stringify([entry, ...known].slice(0, most))}\n`)
  return digest
}

async function readDigests(store: string): Promise<Digests> {
  try {
    const all = Digests.parse(JSON.parse((await readText(store)) ?? '[]'))
    return all.filter(({ files, digest, sum }) => sum === sumOf(files, digest))
  } catch {
    // Torn, damaged or of another version: nothing but time is lost.
    return []
  }
}

async function marksOf(paths: readonly string[]): Promise<string | undefined> {
  const marks: string[] = []
  for (const path of paths) {
    const found = await stat(path, { bigint: true })
    if (!found.isFile() || Date.now() - Number(found.ctimeMs) < settledMs) return undefined
    marks.push([path, found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' '))
  }
  return hash('sha256', JSON.stringify(marks), 'hex')
}

function sumOf(files: string, digest: string): string {
  return hash('sha256', `${files} ${digest}`, 'hex').slice(0, 16)
}
