import { trigramFilter } from './trigrams.ts'

/** Takes the keys in use out of everything that is stored or shown. */
export type Redactor = {
  /** Adds the value of a variable; placeholders are not hidden. */
  add(value: string | undefined): void
  /** A text without the keys, in whatever form they stand in it. */
  text(text: string): string
  /** A value of JSON without them, in names of members too; the same object where there are none. */
  value<Value>(value: Value): Value
  /**
   * Whether the bytes of a JSON text hold a key, in a string or name that its value does not have as well: of two members of
   * one name the first is lost when it is parsed.
   */
  holdsKey(json: Uint8Array): boolean
}

/** What stands in the place of a key. */
const hidden = '[hidden]'

const shortest = 8

/**
 * Servers repeat what they were sent: their error messages, echoes and answers may hold the key of the request. Nothing
 * that comes from one is stored or shown before it went through here. A key is found as it is, in base64 at any place
 * (`Basic` authorisation among it), in hexadecimal, and with any of its characters escaped as in JSON, an address or HTML.
 */
export function openRedactor(values: Iterable<string | undefined> = []): Redactor {
  const keys: Key[] = []
  const add = (value: string | undefined): void => {
    const key = value?.trim() ?? ''
    if (isKey(key) && keys.every(({ plain }) => plain !== key)) keys.push(formsOf(key))
    // A key that is part of another one must not hide it in part.
    keys.sort((a, b) => b.plain.length - a.plain.length)
  }
  const text = (given: string): string => keys.reduce(withoutKey, given)
  const holdsKey = (json: Uint8Array): boolean => {
    if (keys.length === 0) return false
    const written = Buffer.from(json).toString()
    return [written, unescaped(written)].some((each) => text(each) !== each)
  }
  for (const value of values) add(value)
  return { add, text, value: (value) => (keys.length === 0 ? value : walk(value, text)), holdsKey }
}

/** All strings and names of a JSON text as they are meant, with what stands between them. */
function unescaped(json: string): string {
  const shorthand: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
  return json.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gu, (_all, code?: string, sign = '') =>
    code === undefined ? (shorthand[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** Words that people put where a server wants a key and checks none: they stand in many texts and protect nothing. */
const placeholders: ReadonlySet<string> = new Set([
  'anything',
  'dummy-key',
  'lm-studio',
  'no-api-key',
  'no-key-required',
  'none-needed',
  'not-needed',
  'not-required',
  'placeholder',
  'sk-no-key-required',
  'token-abc123',
])

function isKey(value: string): boolean {
  return value.length >= shortest && !placeholders.has(value.toLowerCase())
}

/**
 * By what a scan finds that a text may hold one of these keys in a form that the redactor hides: three signs of every form
 * that is whole, and everything that an escaped character begins with.
 *
 * @returns `reach` is the most signs that a form takes
 */
export function keyTrigrams(values: Iterable<string | undefined>): { trigrams: string[]; reach: number } {
  const keys = [...values].map((value) => value?.trim() ?? '').filter(isKey)
  if (keys.length === 0) return { trigrams: [], reach: 0 }
  const whole = keys.flatMap((key) => formsOf(key).trigrams)
  const longest = Math.max(...keys.map((key) => Buffer.byteLength(key)))
  return { trigrams: [...new Set([...whole, ...escapeTrigrams()])], reach: Math.max(640, longest * 14) }
}

/** Three signs each: of an escape in an address, in JSON and in HTML. */
function escapeTrigrams(): string[] {
  const digits = Array.from('0123456789abcdefABCDEF')
  const anything = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
  return [
    ...digits.flatMap((first) => digits.map((second) => `%${first}${second}`)),
    ...[...digits, '{'].map((first) => `\\u${first}`),
    ...digits.map((first) => `\\x${first}`),
    ...anything.map((after) => `\\/${after}`),
    ...Array.from('xX0123456789', (first) => `&#${first}`),
  ]
}

type Key = {
  plain: string
  /** Of every form that is whole, one that it always has. */
  trigrams: string[]
  /** Of base64, the parts that do not depend on what stands before and behind. */
  encoded: string[]
  /** Whether a text may hold one of the forms that are whole. */
  mayHold: (text: string) => boolean
  /** Every character in any of its escaped forms. */
  escaped: RegExp
}

function formsOf(plain: string): Key {
  const bytes = Buffer.from(plain)
  const base64 = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '')
    const rest = (before + bytes.length) % 3
    return whole.slice(before === 0 ? 0 : before + 1, rest === 0 ? undefined : -1)
  })
  const url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))
  const escaped = Array.from(plain, (sign) => `(?:${escapesOf(sign).join('|')})`).join('')
  const hex = bytes.toString('hex')
  const encoded = [...new Set([...base64, ...url, hex, hex.toUpperCase()])]
  const trigrams = [plain, ...encoded].map((form) => form.slice(form.length / 2).slice(0, 3))
  return {
    plain,
    trigrams,
    encoded,
    mayHold: trigramFilter(trigrams),
    escaped: new RegExp(escaped, 'giu'),
  }
}

function escapesOf(sign: string): string[] {
  const code = sign.codePointAt(0)!
  const hex = code.toString(16)
  const bytes = [...Buffer.from(sign)].map((byte) => `%(?:25)?${byte.toString(16).padStart(2, '0')}`)
  return [
    `\\\\{0,4}\\u{${hex}}`,
    `\\\\{1,4}u${hex.padStart(4, '0')}`,
    `\\\\{1,4}x${hex.padStart(2, '0')}`,
    bytes.join(''),
    `&#(?:x0{0,4}${hex}|0{0,4}${code});`,
    ...(sign === ' ' ? [String.raw`\+`] : []),
  ]
}

/** What an escaped character begins with. */
const escapes = /%[0-9a-f]{2}|\\[ux/]|&#/iu

function withoutKey(given: string, { plain, encoded, mayHold, escaped }: Key): string {
  const isLooked = mayHold(given)
  let text = isLooked ? given.replaceAll(plain, hidden) : given
  for (const form of isLooked ? encoded : []) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + hidden.length)) {
      let [start, end] = [at, at + form.length]
      while (start > 0 && /[\w+/-]/u.test(text[start - 1]!)) start -= 1
      while (end < text.length && /[\w+/=-]/u.test(text[end]!)) end += 1
      text = `${text.slice(0, start)}${hidden}${text.slice(end)}`
      at = start
    }
  }
  return escapes.test(text) ? text.replaceAll(escaped, hidden) : text
}

function walk<Value>(value: Value, text: (given: string) => string): Value
function walk(value: unknown, text: (given: string) => string): unknown {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) {
    const members = value.map((member: unknown) => walk(member, text))
    return members.every((member, index) => member === value[index]) ? value : members
  }
  if (typeof value !== 'object' || value === null) return value
  const before = Object.entries(value)
  const after = before.map(([name, member]): [string, unknown] => [text(name), walk(member, text)])
  const isSame = after.every(
    ([name, member], index) => name === before[index]![0] && member === before[index]![1],
  )
  return isSame ? value : Object.fromEntries(after)
}
