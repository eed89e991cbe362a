/** A seeded stream of draws. The same parts give the same stream on every machine. */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform integer, both ends included. */
  integer(low: number, high: number): number
  pick<Item>(items: readonly Item[]): Item
  chance(probability: number): boolean
  /** A shuffled copy. */
  shuffle<Item>(items: readonly Item[]): Item[]
  /** Standard normal. */
  normal(): number
}

/** A stream named by its parts, independent of every stream with other parts. Not for secrets. */
export function randomFrom(...parts: readonly (string | number)[]): Random {
  const next = generator(parts.join('\u0000'))
  function integer(low: number, high: number): number {
    return low + Math.floor(next() * (high - low + 1))
  }
  return {
    next,
    integer,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    chance: (probability) => next() < probability,
    shuffle(items) {
      const copy = [...items]
      for (let index = copy.length - 1; index > 0; index--) {
        const other = integer(0, index)
        const held = copy[index]!
        copy[index] = copy[other]!
        copy[other] = held
      }
      return copy
    },
    normal() {
      // Box–Muller; 1 - next() keeps the logarithm away from zero.
      return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
    },
  }
}

/** The small fast counter generator sfc32 (PractRand, Chris Doty-Humphrey, public domain), seeded by four hashes. */
function generator(name: string): () => number {
  let a = fnv(name, 0x811c9dc5)
  let b = fnv(name, 0x1b873593)
  let c = fnv(name, 0xcc9e2d51)
  let counter = fnv(name, 0x85ebca6b)
  function next(): number {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4294967296
  }
  // The first draws still show the seed.
  for (let round = 0; round < 12; round++) next()
  return next
}

/** 32-bit FNV-1a with a closing avalanche, so that names that differ in one character give unrelated streams. */
function fnv(text: string, start: number): number {
  let hash = start
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
