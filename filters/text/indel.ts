/**
 * The Indel similarity of two texts: twice the length of their longest common subsequence over the sum of their lengths,
 * in UTF-16 units; 1 for equal texts. It is what rapidfuzz calls `ratio`, divided by 100.
 */
export function indelRatio(one: string, other: string): number {
  if (one === other) return 1
  const sum = one.length + other.length
  return sum === 0 ? 1 : (2 * commonLength(one, other)) / sum
}

/**
 * Whether the Indel similarity can reach a bound at all: by the lengths, then by the letters that both have. Exact, and
 * much cheaper than the similarity itself.
 */
export function mayReach(one: string, other: string, least: number): boolean {
  const sum = one.length + other.length
  if (2 * Math.min(one.length, other.length) < least * sum) return false
  counts.fill(0)
  for (let at = 0; at < one.length; at++) counts[one.charCodeAt(at) & 127]!++
  let common = 0
  for (let at = 0; at < other.length; at++) if (counts[other.charCodeAt(at) & 127]!-- > 0) common++
  return 2 * common >= least * sum
}

const counts = new Int32Array(128)

/**
 * The length of the longest common subsequence, bit by bit: Hyyrö's algorithm (Bit-parallel LCS-length computation
 * revisited, 2004) over words of 32 bits, so the work is the product of the lengths over 32.
 */
function commonLength(one: string, other: string): number {
  // What both begin and end with is common whatever is between; of near-duplicates it is nearly all.
  const least = Math.min(one.length, other.length)
  let front = 0
  while (front < least && one.charCodeAt(front) === other.charCodeAt(front)) front++
  let back = 0
  while (
    back < least - front &&
    one.charCodeAt(one.length - 1 - back) === other.charCodeAt(other.length - 1 - back)
  )
    back++
  const [left, right] = [one, other].map((text) => text.slice(front, text.length - back))
  // The bits of each character take memory by the length of the text whose bits they are.
  return front + back + (left!.length < right!.length ? bitwise(left!, right!) : bitwise(right!, left!))
}

function bitwise(one: string, other: string): number {
  const size = Math.ceil(one.length / 32)
  const places = new Map<number, Uint32Array>()
  for (let at = 0; at < one.length; at++) {
    const unit = one.charCodeAt(at)
    let bits = places.get(unit)
    if (bits === undefined) places.set(unit, (bits = new Uint32Array(size)))
    bits[at >>> 5]! |= 1 << (at & 31)
  }
  const row = new Uint32Array(size).fill(0xffffffff)
  for (let at = 0; at < other.length; at++) {
    const bits = places.get(other.charCodeAt(at))
    if (bits === undefined) continue
    let carry = 0
    for (let word = 0; word < size; word++) {
      const value = row[word]!
      const matched = (value & bits[word]!) >>> 0
      const sum = value + matched + carry
      carry = sum > 0xffffffff ? 1 : 0
      row[word] = (sum | (value & ~matched)) >>> 0
    }
  }
  let common = 0
  for (let at = 0; at < one.length; at++) if ((row[at >>> 5]! & (1 << (at & 31))) === 0) common++
  return common
}
