/** A number as it stands in a text: digits for the value, how it was written, and where it ends. */
export type NumberLiteral = { digits: string; written: string; end: number }

/** Separators of groups of three digits. A comma or blank inside brackets separates items instead. */
const SAFE_SEPARATORS = ['{,}', '\\,', ',\\!', ',\\! ', '\\ ', '{\\,}', '\\;', '{ }', '{,\\!}'] as const
const PLAIN_SEPARATORS = [',', ' ', "'"] as const

/**
 * Reads the number at `start`: `1234`, `1,234`, `1{,}234`, `1\,234`, `1 234`, `1.234,56`, `.5`, `1.5e3`, `0.\overline{3}`
 * is left to the parser. `digits` is the value in plain decimal or exponent form.
 */
export function readNumber(text: string, start: number, inBrackets: boolean): NumberLiteral {
  let at = digitsEnd(text, start)
  let digits = text.slice(start, at)
  if (digits.length > 0 && digits.length <= 3 && digits.charAt(0) !== '0') {
    const grouped = readGroups(text, at, inBrackets)
    if (grouped !== undefined) {
      digits += grouped.digits
      at = grouped.end
    }
  }
  if (text.charAt(at) === '.' && isDigit(text.charAt(at + 1))) {
    const european = readEuropean(text, at, digits)
    if (european !== undefined) return { ...european, written: text.slice(start, european.end) }
    let end = digitsEnd(text, at + 1)
    let decimals = text.slice(at + 1, end)
    // Digits in threes behind the point, as in 0.333 333 written with thin spaces.
    while (text.startsWith('\\,', end) && isDigit(text.charAt(end + 2))) {
      const more = digitsEnd(text, end + 2)
      decimals += text.slice(end + 2, more)
      end = more
    }
    digits = `${digits}.${decimals}`
    at = end
  } else if (text.charAt(at) === '.' && /^\\(?:overline|bar|dot)/u.test(text.slice(at + 1, at + 10))) {
    digits += '.'
    at += 1
  } else if (
    text.charAt(at) === '.' &&
    !isDigit(text.charAt(at + 1)) &&
    /^[eE][+-]?\d/u.test(text.slice(at + 1, at + 4))
  )
    at += 1
  const exponent = /^[eE][+-]?\d{1,5}(?![\d.A-Za-z])/u.exec(text.slice(at, at + 10))
  if (exponent !== null) {
    digits += exponent[0].toLowerCase()
    at += exponent[0].length
  }
  return { digits, written: text.slice(start, at), end: at }
}

function readGroups(
  text: string,
  from: number,
  inBrackets: boolean,
): { digits: string; end: number } | undefined {
  for (const separator of SAFE_SEPARATORS) {
    const found = groupsWith(text, from, separator)
    if (found !== undefined) return found
  }
  if (inBrackets) return undefined
  for (const separator of PLAIN_SEPARATORS) {
    const found = groupsWith(text, from, separator)
    if (found === undefined) continue
    // `1,234,5` is a list, and so is `100, 200`; `2 345/7` may be a mixed number.
    if (separator === ',' && text.charAt(found.end) === ',' && isDigit(text.charAt(found.end + 1)))
      return undefined
    if (separator === ' ' && text.charAt(found.end) === '/') return undefined
    return found
  }
  return undefined
}

function groupsWith(
  text: string,
  from: number,
  separator: string,
): { digits: string; end: number } | undefined {
  let at = from
  let digits = ''
  while (text.startsWith(separator, at)) {
    let start = at + separator.length
    if (separator !== ',' && separator !== ' ') while (text.charAt(start) === ' ') start += 1
    const end = digitsEnd(text, start)
    if (end - start !== 3) return digits === '' ? undefined : { digits, end: at }
    digits += text.slice(start, end)
    at = end
  }
  return digits === '' ? undefined : { digits, end: at }
}

/** `1.234,56` and `1.234.567`: points between groups of three. */
function readEuropean(text: string, at: number, first: string): { digits: string; end: number } | undefined {
  if (first.length === 0 || first.length > 3) return undefined
  const grouped = groupsWith(text, at, '.')
  if (grouped === undefined) return undefined
  const groups = grouped.digits.length / 3
  if (text.charAt(grouped.end) === ',' && isDigit(text.charAt(grouped.end + 1)) && first !== '0') {
    const end = digitsEnd(text, grouped.end + 1)
    if (text.charAt(end) === ',' || end - grouped.end - 1 > 2) return undefined
    return { digits: `${first}${grouped.digits}.${text.slice(grouped.end + 1, end)}`, end }
  }
  return groups > 1 && !isDigit(text.charAt(grouped.end))
    ? { digits: first + grouped.digits, end: grouped.end }
    : undefined
}

function digitsEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && isDigit(text.charAt(at))) at += 1
  return at
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9'
}
