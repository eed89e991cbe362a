import { join } from 'node:path'
import { sha256 } from '../../schemas/canonical.ts'
import { RunError } from '../../schemas/errors.ts'
import { replaceFile } from '../files/atomic.ts'
import { namesIn, readBytes, remove } from '../files/entries.ts'

/*
 * Which problems a run with `select` asks: one file for each wave, whole on disk before anything of the wave is asked and
 * never changed. It holds the places of the problems, sorted, behind a digest: 8 bytes a problem.
 */

/** The first 52 bits of a problem's id as a whole number: where it stands among all ids, which are hashes. */
export function placeOf(id: string): number {
  return Number.parseInt(id.slice(0, 13), 16)
}

/** One more than the largest place. */
export const places = 2 ** 52

/** What a run has chosen to ask, as far as stored. */
export type Waves = {
  /** The places of each wave, in the order of the waves. */
  waves: readonly Float64Array[]
  /** The places of chosen problems that wait for more budget. */
  held: Float64Array
  /** Of everything that is stored. */
  digest: string
}

const digestBytes = 32
const wavesFolder = (home: string): string => join(home, 'waves')
const heldPath = (home: string): string => join(wavesFolder(home), 'held.bin')

/** The folder that the waves of a run lie in: that of the run, or of its pilot, which chooses for itself. */
export function homeOfWaves({ runFolder, pilot }: { runFolder: string; pilot?: boolean }): string {
  return pilot === true ? join(runFolder, 'pilot') : runFolder
}

/**
 * @param home as `homeOfWaves` says
 * @throws RunError when a file is damaged
 */
export async function readWaves(home: string): Promise<Waves> {
  const folder = wavesFolder(home)
  const names = (await namesIn(folder)).filter((name) => /^wave-\d+\.bin$/u.test(name)).toSorted()
  const waves: Float64Array[] = []
  const digests: string[] = []
  const read = async (path: string): Promise<Float64Array> => {
    const bytes = await readBytes(path)
    if (bytes === undefined) return new Float64Array()
    const stored = decode(bytes)
    if (!stored)
      throw new RunError(
        `${path}, which says what the run chose to ask, is damaged; delete the folder ${folder}: the choice is made again, and nothing is asked twice`,
      )
    digests.push(sha256(bytes))
    return stored
  }
  for (const name of names) waves.push(await read(join(folder, name)))
  const held = await read(heldPath(home))
  return { waves, held, digest: sha256(digests.join(' ')) }
}

/** @param number from 1, the next after those that are stored */
export async function writeWave(home: string, number: number, wave: Float64Array): Promise<void> {
  const name = `wave-${String(number).padStart(5, '0')}.bin`
  await replaceFile(join(wavesFolder(home), name), encode(wave))
}

/** Notes which chosen problems wait for more budget; none takes the note away. */
export async function writeHeld(home: string, held: Float64Array): Promise<void> {
  if (held.length === 0) await remove(heldPath(home))
  else await replaceFile(heldPath(home), encode(held))
}

/** Whether a sorted list holds a place. */
export function holds(sorted: Float64Array, place: number): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < place) low = middle + 1
    else high = middle
  }
  return sorted[low] === place
}

/** The number of the wave, from 1, in which a problem was chosen; 0 where it was in none. */
export function waveOf({ waves }: Pick<Waves, 'waves'>, place: number): number {
  return waves.findIndex((wave) => holds(wave, place)) + 1
}

function encode(values: Float64Array): Buffer {
  const data = Buffer.alloc(values.length * 8)
  for (const [index, value] of values.toSorted().entries()) data.writeDoubleLE(value, index * 8)
  return Buffer.concat([Buffer.from(sha256(data), 'hex'), data])
}

function decode(bytes: Buffer): Float64Array | undefined {
  const data = bytes.subarray(digestBytes)
  if (bytes.length < digestBytes || data.length % 8 !== 0) return undefined
  if (Buffer.from(sha256(data), 'hex').compare(bytes, 0, digestBytes) !== 0) return undefined
  return Float64Array.from({ length: data.length / 8 }, (_, index) => data.readDoubleLE(index * 8))
}
