import { parseExactJson } from '../../store/files/exact-json.ts'

export type Step = { name: string } | { where: string; is: string } | { all: true } | { own: true }

/** Under which a row that is an element of a list has its place in it. */
export const ownPlace = Symbol('own place')

const steps = new Map<string, readonly Step[]>()

/**
 * The value at a path in a row. Steps are separated by dots or stand in brackets: `extra.answer` a member,
 * `answers.0` or `answers[0]` an element counted from 0, `messages[-1]` one from the end, `conversations[from=human]` the
 * first element with that member, `answers[*].text` the member of every element, `answers[#]` the element at the place that
 * the row itself has in its list (`problems.rows`). A text that holds JSON is reached into.
 * A column that has exactly this name wins, however its letters with accents are put together in the recipe.
 */
export function valueAt(row: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(row, path)) return row[path]
  const composed = path.normalize()
  if (Object.hasOwn(row, composed)) return row[composed]
  const place = (row as Record<PropertyKey, unknown>)[ownPlace]
  return follow(
    row,
    stepsOf(composed).map((step) => ('own' in step ? { name: String(place) } : step)),
  )
}

/** The column that a path begins with. */
export function topColumn(path: string, available: readonly string[]): string {
  const [first] = stepsOf(path)
  return available.includes(path) || first === undefined || !('name' in first) ? path : first.name
}

/** The steps of a path. */
export function stepsOf(path: string): readonly Step[] {
  const known = steps.get(path)
  if (known !== undefined) return known
  const read = [...path.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)].map(([, name, bracketed = '']): Step => {
    if (name !== undefined) return { name }
    if (bracketed === '*') return { all: true }
    if (bracketed === '#') return { own: true }
    const equals = bracketed.indexOf('=')
    return equals === -1
      ? { name: bracketed }
      : { where: bracketed.slice(0, equals), is: bracketed.slice(equals + 1) }
  })
  steps.set(path, read)
  return read
}

function follow(value: unknown, path: readonly Step[]): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  const inside = typeof value === 'string' ? parsed(value) : value
  if (typeof inside !== 'object' || inside === null) return undefined
  if ('all' in step) {
    if (!Array.isArray(inside)) return undefined
    const found = inside.map((element: unknown) => follow(element, rest))
    return found.every((each) => each === undefined) ? undefined : found
  }
  if ('own' in step) return undefined
  if ('where' in step) {
    if (!Array.isArray(inside)) return undefined
    return follow(
      inside.find((element: unknown) => String(member(element, step.where)) === step.is),
      rest,
    )
  }
  const fromEnd = Array.isArray(inside) && /^-\d+$/.test(step.name)
  return follow(fromEnd ? (inside.at(Number(step.name)) as unknown) : member(inside, step.name), rest)
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name]
}

/** What a text holds as JSON, `undefined` where it holds none. */
export function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return parseExactJson(text, 'texts')
  } catch {
    return undefined
  }
}
