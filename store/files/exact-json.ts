/** How numbers come: as JavaScript has them, or as their text where JavaScript would give back another. */
export type JsonNumbers = 'values' | 'texts'

/** An object repeats a key, so one of its values would be lost silently. */
export class RepeatedKey extends Error {
  readonly key: string

  constructor(key: string) {
    super(`the key ${JSON.stringify(key)} stands twice in one object`)
    this.key = key
  }
}

/**
 * JSON.parse, except that whole numbers beyond the exact range of doubles come as bigint, that with `texts` every other
 * number whose text a double would not give back (`0.30`, `1e400`, more than 17 digits) comes as its text, and that a
 * repeated key is an error instead of one of its values being chosen.
 *
 * @throws SyntaxError for text that is not JSON, RepeatedKey for a repeated key
 */
export function parseExactJson(text: string, numbers: JsonNumbers = 'values'): unknown {
  // The check is far cheaper than a reviver on every value, and few texts need one.
  const inexact = numbers === 'texts' ? /\d{16}|[:[,]\s*-?(?:\d+[.eE]|0)/ : /\d{16}/
  const value = inexact.test(text) ? parseWithTexts(text, numbers) : (JSON.parse(text) as unknown)
  const repeated = repeatedKey(text)
  if (repeated !== undefined) throw new RepeatedKey(repeated)
  return value
}

/** What walks a value afterwards calls itself for every level, and no row of a data set comes near this. */
const deepest = 500

function tooDeep(cause?: unknown): SyntaxError {
  return new SyntaxError(`it is nested more than ${deepest} levels deep`, { cause })
}

function parseWithTexts(text: string, numbers: JsonNumbers): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
      const source = context?.source
      if (typeof value !== 'number' || source === undefined || String(value) === source) return value
      if (/^-?[1-9]\d*$/.test(source)) return BigInt(source)
      return numbers === 'texts' ? source : value
    }) as unknown
  } catch (error) {
    throw error instanceof RangeError ? tooDeep(error) : error
  }
}

/** The first key that an object repeats, in a text that is known to be JSON. */
function repeatedKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let at = 0
  for (;;) {
    const quote = text.indexOf('"', at)
    for (const mark of text.slice(at, quote === -1 ? text.length : quote)) {
      if (mark === '{') open.push(new Set())
      else if (mark === '[') open.push(undefined)
      else if (mark === '}' || mark === ']') open.pop()
      if (open.length > deepest) throw tooDeep()
    }
    if (quote === -1) return undefined
    const end = closingQuote(text, quote + 1)
    at = end + 1
    while (/\s/.test(text[at] ?? '')) at += 1
    if (text[at] !== ':') continue
    const written = text.slice(quote + 1, end)
    const key = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written
    const known = open.at(-1)
    if (known?.has(key) === true) return key
    known?.add(key)
  }
}

function closingQuote(text: string, start: number): number {
  for (let end = text.indexOf('"', start); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes += 1
    if (slashes % 2 === 0) return end
  }
}
