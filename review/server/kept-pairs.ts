import type { ReviewPair } from '../pairs/pair.ts'
import type { PairSource } from '../pairs/source.ts'

/** So many pairs with their texts are kept, which is more than a sample has as a rule. */
export const keptPairs = 600

/** The pairs of a source with the last that were read in memory. What failed is tried again by who asks next. */
export function openKeptPairs(source: Pick<PairSource, 'read'>) {
  const pairs = new Map<string, Promise<ReviewPair | undefined>>()
  const hashes = new Map<string, string>()

  function read(id: string): Promise<ReviewPair | undefined> {
    const known = pairs.get(id)
    if (known) return known
    const pair = readNoting(id)
    pairs.set(id, pair)
    pair.catch(() => pairs.delete(id))
    if (pairs.size > keptPairs) pairs.delete(pairs.keys().next().value!)
    return pair
  }

  async function readNoting(id: string): Promise<ReviewPair | undefined> {
    const found = await source.read(id)
    if (found) hashes.set(id, found.content_hash)
    return found
  }

  return {
    /** @returns `undefined` where there is no such pair */
    read,
    /** Of the texts of a pair, also of one whose texts are no longer kept. */
    hashOf: async (id: string): Promise<string | undefined> =>
      hashes.get(id) ?? (await read(id))?.content_hash,
    /** The same where it was read before. */
    knownHash: (id: string): string | undefined => hashes.get(id),
  }
}
