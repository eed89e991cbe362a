import { basename, dirname, join } from 'node:path'
import { publishFile } from '../files/atomic.ts'
import { exists, foldersIn, moveFile, remove } from '../files/entries.ts'
import { importAttempt } from '../run/paths.ts'
import { attemptFolders } from './attempt-files.ts'
import { forgetGone, goneAttempts } from './closed-attempts.ts'
import { describeDamage, type JournalDamage } from './damage.ts'
import { mendLine } from './line.ts'
import { rawLines, scanAttempt } from './reader.ts'
import { readSummary, storeSpend } from './spend-summary.ts'
import { repairTornTails } from './torn-tail.ts'

/** What is wrong with a journal, and what became of it. */
export type RepairedDamage = { text: string; now: 'mended' | 'damaged' | 'set aside' }

/**
 * Looks at every line of every journal of a run, whoever was asked. What the checksums can mend is mended. For the holder
 * of the run's lock.
 *
 * @param setAside takes the rest out of the journal, which makes it unknown, to be asked and paid for again; the damaged
 *   files are kept beside the journal as `NAME.damaged`
 */
export async function* repairJournals(runFolder: string, setAside: boolean): AsyncGenerator<RepairedDamage> {
  const journal = join(runFolder, 'journal')
  for (const kind of await foldersIn(journal)) {
    for (const shard of await foldersIn(join(journal, kind))) {
      await repairTornTails(join(journal, kind, shard))
      for (const attempt of await attemptFolders(join(journal, kind, shard)))
        yield* repairAttempt(attempt, setAside)
      const gone = await goneAttempts(join(journal, kind, shard))
      for (const each of gone)
        yield {
          text: describeDamage({ problem: 'missing', ...each }),
          now: setAside ? 'set aside' : 'damaged',
        }
      if (gone.length > 0 && setAside) await forgetGone(join(journal, kind, shard))
    }
  }
}

type DamagedLine = Extract<JournalDamage, { file: string }>

async function* repairAttempt(folder: string, setAside: boolean): AsyncGenerator<RepairedDamage> {
  const byFile = new Map<string, Map<number, Buffer[] | undefined>>()
  let isMissing = false
  for await (const found of scanAttempt(folder)) {
    if ('line' in found) continue
    const lines = 'file' in found ? mendLine(found.bytes) : undefined
    if ('file' in found) addLine(byFile, found, lines)
    else isMissing = true
    yield { text: describeDamage(found), now: lines ? 'mended' : setAside ? 'set aside' : 'damaged' }
  }
  for (const [file, lines] of byFile) {
    const isLost = [...lines.values()].includes(undefined)
    if (!isLost || setAside) await rewrite(file, lines)
    else if ([...lines.values()].some(Boolean)) await rewrite(file, onlyMended(lines))
    // What was imported is imported again as a whole, for nothing.
    if (isLost && setAside && basename(folder).startsWith(importAttempt)) await remove(folder)
  }
  if (setAside && (byFile.size > 0 || isMissing) && (await exists(folder))) await acceptLoss(folder)
}

function addLine(
  byFile: Map<string, Map<number, Buffer[] | undefined>>,
  { file, number }: DamagedLine,
  lines: Buffer[] | undefined,
): void {
  const ofFile = byFile.get(file) ?? new Map<number, Buffer[] | undefined>()
  byFile.set(file, ofFile.set(number, lines))
}

function onlyMended(lines: Map<number, Buffer[] | undefined>): Map<number, Buffer[]> {
  return new Map([...lines].flatMap(([number, mended]) => (mended ? [[number, mended]] : [])))
}

/** Writes a file anew with other lines in the place of some, or none. The damaged one stays beside it. */
async function rewrite(file: string, instead: Map<number, Buffer[] | undefined>): Promise<void> {
  const fresh = join(dirname(file), `${basename(file)}.repaired`)
  await publishFile(fresh, {
    replace: true,
    async write(handle) {
      for await (const { number, bytes } of rawLines(file)) {
        const lines = instead.has(number) ? (instead.get(number) ?? []) : [bytes]
        for (const line of lines) await handle.appendFile(Buffer.concat([line, Buffer.from('\n')]))
      }
    },
  })
  const aside = `${file}.damaged`
  if (!(await exists(aside))) await moveFile(file, aside)
  await moveFile(fresh, file)
}

/** Takes the files as they are now for all that is left of an attempt; what was bought with it stays what it was. */
async function acceptLoss(folder: string): Promise<void> {
  const stored = await readSummary(folder)
  if (stored) await storeSpend(folder, stored.bought)
}
