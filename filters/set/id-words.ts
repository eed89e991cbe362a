/** Words of 32 bits that an id takes: it is 32 hexadecimal digits. */
export const idWords = 4

/** Writes an id into an array of words, from a place on. */
export function writeId(id: string, into: Uint32Array, at: number): void {
  for (let word = 0; word < idWords; word++)
    into[at + word] = Number.parseInt(id.slice(word * 8, word * 8 + 8), 16)
}

export function readId(words: Uint32Array, at: number): string {
  let id = ''
  for (let word = 0; word < idWords; word++) id += words[at + word]!.toString(16).padStart(8, '0')
  return id
}

/** Less than 0, 0 or more, as the first id comes before the second as a text, is the same, or comes behind it. */
export function compareIds(one: Uint32Array, at: number, other: Uint32Array, otherAt: number): number {
  for (let word = 0; word < idWords; word++) {
    const difference = one[at + word]! - other[otherAt + word]!
    if (difference !== 0) return difference
  }
  return 0
}
