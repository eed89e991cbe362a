const bits = 21
const mask = 2 ** bits - 1

/**
 * Whether a text holds one of these three-character strings: one pass, however many there are. Traces are long and hold
 * no key, so nearly all of them are done with here, many times faster than by a search for each form.
 */
export function trigramFilter(trigrams: readonly string[]): (text: string) => boolean {
  const wanted = new Uint8Array(2 ** bits)
  for (const trigram of trigrams) wanted[hashOf(trigram)] = 1
  return (text) => {
    let hash = 0
    for (let at = 0; at < text.length; at++) {
      // Longer characters share a place with others: the filter may say yes for nothing, and never no.
      hash = ((hash << 7) ^ text.charCodeAt(at)) & mask
      if (wanted[hash] === 1) return true
    }
    return false
  }
}

function hashOf(trigram: string): number {
  let hash = 0
  for (let at = 0; at < 3; at++) hash = ((hash << 7) ^ trigram.charCodeAt(at)) & mask
  return hash
}
