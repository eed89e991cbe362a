export { isObject } from '../schemas/is-object.ts'

/** The member when it is a text, otherwise the empty text. */
export function textOf(object: Record<string, unknown>, name: string): string {
  const value = object[name]
  return typeof value === 'string' ? value : ''
}

/** The value of a JSON text, `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Whoever looks through a body goes into itself for each level; no answer of a server has a tenth of these. */
const deepest = 500

/** Said of a body that `isNestedDeeply`. */
export const nestedText = `is nested more than ${deepest} levels deep`

/** A text that is shorter cannot be nested so deeply, which spares most events of a stream the look. */
export const shortestNested = 2 * deepest

/** Whether a value out of JSON has more levels than any answer. */
export function isNestedDeeply(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null
        ? Object.values(each).filter((member) => typeof member === 'object' && member !== null)
        : [],
    )
  }
  return false
}
