/** Characters of every anchor. */
const anchorLength = 6
/** Shifted by five bits for each character, so that exactly the last six are in a hash. */
const hashMask = 2 ** 30 - 1
/** Few enough to stay in the nearest cache, many enough that one character in a hundred is looked at twice. */
const slotBits = 13

/**
 * Tells which of many patterns a text may match, in one pass: each pattern has anchors, six characters each, of which
 * every match holds one. Trying all patterns costs ten times as much, and nearly no text holds an anchor.
 *
 * @param anchors of each pattern, at most 32 patterns, ASCII letters in either case; a pattern without anchors is always to
 *   be tried
 * @returns a bit for each pattern, the first one lowest
 */
export function openPhraseGate(anchors: readonly (readonly string[])[]): (text: string) => number {
  if (anchors.length > 32) throw new Error(`${anchors.length} patterns do not fit into 32 bits`)
  const isWorthALook = new Uint8Array(2 ** slotBits)
  const patternsOf = new Map<number, number>()
  let always = 0
  for (const [pattern, ofPattern] of anchors.entries()) {
    if (ofPattern.length === 0) always |= 1 << pattern
    for (const anchor of ofPattern) {
      if (anchor.length !== anchorLength) throw new Error(`an anchor has six characters: "${anchor}"`)
      let hash = 0
      for (let at = 0; at < anchorLength; at++) hash = added(hash, anchor.charCodeAt(at))
      isWorthALook[slotOf(hash)] = 1
      patternsOf.set(hash, (patternsOf.get(hash) ?? 0) | (1 << pattern))
    }
  }
  return (text) => {
    let found = always
    let hash = 0
    for (let at = 0; at < text.length; at++) {
      hash = added(hash, text.charCodeAt(at))
      if (isWorthALook[slotOf(hash)] === 1) found |= patternsOf.get(hash) ?? 0
    }
    return found
  }
}

/** Letters in either case are one, and so are a few other signs, which makes a pattern possible that is not. */
function added(hash: number, code: number): number {
  return ((hash << 5) ^ (code | 0x20)) & hashMask
}

function slotOf(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - slotBits)
}
