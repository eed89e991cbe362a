/** A pattern of a dataset's card, ready to be held against paths. */
export type PathPattern = (path: string) => boolean

/**
 * Reads a pattern of paths: `*` and `?` stand for signs inside of a name, `[a-z]` and `[!a-z]` for one of them, `**` as
 * a whole name for any number of folders, none included. Everything else, braces among it, stands for itself, as in
 * `datasets`. A card's pattern is a stranger's: it is matched without a regular expression, in time that grows with the
 * product of both lengths and no faster.
 *
 * @param spend told of the comparisons that each path took, for a caller with more paths and patterns than time
 */
export function pathPattern(pattern: string, spend: (steps: number) => void = () => undefined): PathPattern {
  const names = pattern.split('/').map((name) => (name === '**' ? anyNumber : elementsOf(name)))
  return (path) => {
    let steps = 0
    const matchesName = (name: unknown, part: string): boolean =>
      matchAll(name as Element[], Array.from(part), (element, sign) => {
        steps += 1
        return matchesSign(element, sign)
      })
    const matches = matchAll(names, path.split('/'), matchesName)
    spend(steps)
    return matches
  }
}

const anyNumber = Symbol('any number')

/** What one sign of a name is held against. */
type Element = typeof anyNumber | 'any' | string[] | { ranges: [string, string][]; not: boolean }

function elementsOf(name: string): Element[] {
  const signs = Array.from(name)
  const elements: Element[] = []
  for (let at = 0; at < signs.length; at++) {
    const sign = signs[at]!
    const end =
      sign === '[' ? signs.indexOf(']', at + (signs[at + 1] === '!' || signs[at + 1] === '^' ? 3 : 2)) : -1
    if (sign === '*') {
      if (elements.at(-1) !== anyNumber) elements.push(anyNumber)
    } else if (sign === '?') elements.push('any')
    else if (end > 0) {
      elements.push(classOf(signs.slice(at + 1, end)))
      at = end
    } else elements.push([sign])
  }
  return elements
}

function classOf(signs: readonly string[]): Element {
  const not = signs[0] === '!' || signs[0] === '^'
  const ranges: [string, string][] = []
  for (let at = not ? 1 : 0; at < signs.length; at++) {
    const from = signs[at]!
    const isRange = signs[at + 1] === '-' && at + 2 < signs.length
    ranges.push([from, isRange ? signs[at + 2]! : from])
    if (isRange) at += 2
  }
  return { ranges, not }
}

function matchesSign(element: unknown, sign: string): boolean {
  const given = element as Exclude<Element, typeof anyNumber>
  if (given === 'any') return true
  if (Array.isArray(given)) return given[0] === sign
  const { ranges, not } = given
  return ranges.some(([from, to]) => sign >= from && sign <= to) !== not
}

/**
 * Holds a list against elements of which each takes one member, except `anyNumber`, which takes as many as needed. Only
 * the last `anyNumber` is ever extended: what stands before it was matched at the earliest place, which serves as well as
 * any later one.
 */
function matchAll<Member>(
  elements: readonly unknown[],
  members: readonly Member[],
  matches: (element: unknown, member: Member) => boolean,
): boolean {
  let element = 0
  let member = 0
  let open: { element: number; member: number } | undefined
  while (member < members.length) {
    if (element < elements.length && elements[element] === anyNumber) {
      open = { element, member }
      element += 1
    } else if (element < elements.length && matches(elements[element], members[member]!)) {
      element += 1
      member += 1
    } else if (open !== undefined) {
      open.member += 1
      member = open.member
      element = open.element + 1
    } else return false
  }
  while (element < elements.length && elements[element] === anyNumber) element += 1
  return element === elements.length
}
