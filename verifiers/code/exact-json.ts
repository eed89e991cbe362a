type Source = { source?: string }
type Reviver = (this: unknown, key: string, value: unknown, context: Source) => unknown

/** The parts of JSON that keep a number's own digits; the library's types do not have them yet. */
const exact = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown
  rawJSON(text: string): unknown
}

/**
 * The value of JSON text, in which numbers that a double would change keep their digits when they are written again;
 * `undefined` for what is no JSON.
 */
export function parsedExactly(text: string): unknown {
  try {
    return exact.parse(text, (_, value, { source }) =>
      typeof value === 'number' && source !== undefined && String(value) !== source
        ? exact.rawJSON(source)
        : value,
    )
  } catch {
    return undefined
  }
}
