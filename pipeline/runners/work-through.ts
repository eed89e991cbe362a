import { StoppedError } from '../../schemas/errors.ts'
import { waitForAll } from '../engine/wait-for-all.ts'
import { openPlaces } from './places.ts'

export type Pace = {
  /** How many things may be asked for at a time, and as many be gone on with. */
  open: number
  /** How many may wait between the two, holding no texts. */
  mostWaiting: number
}

/**
 * Does some work on one thing after the other, several at a time, so that the last slow answers of one do not leave the
 * endpoints idle. After an error nothing further is begun, and what is under way is finished.
 *
 * Work that says that it has asked for everything makes room for the next, so that endpoints never wait for what is done with
 * their answers.
 *
 * @param next gives `undefined` when there is nothing more
 * @param work awaits `asked` between asking and the rest
 */
export async function workThrough<Item>(
  { open, mostWaiting }: Pace,
  next: () => Promise<Item | undefined>,
  work: (item: Item, asked: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const places = openPlaces(open)
  let failed = false
  const doOne = async (item: Item, makeRoom: () => void, forget: () => void): Promise<void> => {
    let hasPlace = false
    const asked = async (): Promise<void> => {
      if (places.waiting() < mostWaiting) makeRoom()
      await places.take()
      hasPlace = true
      makeRoom()
      if (failed) throw new StoppedError('another shard has failed')
    }
    try {
      await work(item, asked)
    } catch (error) {
      failed = true
      throw error
    } finally {
      if (hasPlace) places.leave()
    }
    forget()
  }
  const loop = async (): Promise<void> => {
    // A failure stays among what was begun and is thrown below, when all of it has ended.
    const begun = new Set<Promise<void>>()
    for (;;) {
      if (failed) break
      const item = await next()
      if (item === undefined) break
      await new Promise<void>((makeRoom) => {
        const done: Promise<void> = doOne(item, makeRoom, () => begun.delete(done))
        begun.add(done)
        done.then(makeRoom, makeRoom)
      })
    }
    await waitForAll([...begun])
  }
  await waitForAll(Array.from({ length: open }, loop))
}
