import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readBeat } from '../../store/leases/beat-file.ts'
import { processState } from '../../store/leases/process-identity.ts'

/**
 * How many workers of a run have published that they deal the places at its servers out among the same ones; none while they differ,
 * or while one of them asks nothing.
 */
export async function dealtAmong(run: string): Promise<number> {
  const folder = join(run, 'workers')
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.beat'))
  const beats = await Promise.all(
    names.map(async (name) => readBeat(await readFile(join(folder, name), 'utf8').catch(() => ''))),
  )
  const there = beats.filter(({ process }) => process && processState(process) === 'there')
  const rounds = new Set(there.map(({ note }) => note.slice(8)))
  return rounds.size === 1 && !rounds.has('-'.repeat(16)) ? there.length : 0
}
