import { hashOf } from '../../../schemas/canonical.ts'
import { placeOf, places, waveOf, type Waves } from '../../../store/run/waves.ts'

/** When the turn of a problem comes: the wave that it was chosen in, and its place on the way through the ids. */
export type Turn = readonly [wave: number, place: number]

/**
 * The way through the ids begins at a point that the seed draws and goes once around. Ids are hashes of the content, so
 * the order is random; and shards are ranges of ids, so a wave concerns few shards and leaves the others as they are.
 *
 * @returns the place of a problem on that way, given its place among all ids
 */
export function wayFrom(seed: number): (place: number) => number {
  const start = placeOf(hashOf({ select: seed }))
  return (place) => (place < start ? place + places - start : place - start)
}

export function turnOf(id: string, waves: Pick<Waves, 'waves'>, seed: number): Turn {
  const place = placeOf(id)
  return [waveOf(waves, place), wayFrom(seed)(place)]
}

/** Whether the first turn comes after the second one. */
export function isBehind([wave, place]: Turn, [otherWave, otherPlace]: Turn): boolean {
  return wave === otherWave ? place > otherPlace : wave > otherWave
}
