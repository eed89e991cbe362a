import { join } from 'node:path'
import { foldersIn } from '../files/entries.ts'

const numbered = /^start-(\d{6,})-/

/** The number of a start and the rest of its name. */
export function startOf(attempt: string): { number: number; rest: string } {
  const number = Number(numbered.exec(attempt)?.[1] ?? 0)
  return { number, rest: attempt.replace(numbered, '') }
}

/**
 * The name of a start in the journal. The starts of a run are counted, and read in that order: of several answers the
 * first one counts, and a clock may go back. Names of earlier versions, which begin with the time, come before all of
 * these. Of workers that
 * begin at the same time two may get the same number; their claims of a shard are numbered apart.
 *
 * @param random keeps apart what runs on copies of a run have written
 */
export async function nextAttemptName(
  runFolder: string,
  now: () => number,
  random: () => number,
): Promise<string> {
  let last = 0
  const journal = join(runFolder, 'journal')
  for (const kind of await foldersIn(journal)) {
    for (const shard of await foldersIn(join(journal, kind))) {
      for (const attempt of await foldersIn(join(journal, kind, shard)))
        last = Math.max(last, Number(numbered.exec(attempt)?.[1] ?? 0))
    }
  }
  const time = new Date(now()).toISOString().replaceAll(/[-:]/g, '')
  const suffix = Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')
  return `start-${String(last + 1).padStart(6, '0')}-${time}-${suffix}`
}
