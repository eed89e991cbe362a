import { isObject } from '../../schemas/is-object.ts'
import { type BadRow, columnNames, isBadRow, type RawRow } from '../rows.ts'
import { usualNames } from './columns.ts'
import { ownPlace, parsed, type Step, stepsOf } from './path.ts'

/**
 * The elements of the lists that a path reaches, each as a row: with its own members, and with those of everything around
 * it, the nearer ones winning. An element that is no object is the column `element`. A text that holds JSON is reached
 * into. A row without such a list is a bad one; one whose lists are empty has no problems.
 *
 * @param path such as `data[*].paragraphs[*].qas[*]`
 * @param limit most of these rows
 */
export async function* innerRows(
  rows: AsyncIterable<RawRow | BadRow>,
  path: string,
  limit = Infinity,
): AsyncGenerator<RawRow | BadRow> {
  const steps = stepsOf(path)
  let left = limit
  for await (const outer of rows) {
    if (isBadRow(outer)) {
      yield outer
      continue
    }
    const top: Way = { around: {}, place: '', met: { list: false } }
    for (const { row, place } of elementsAt(outer.row, steps, top)) {
      if (left === 0) return
      left -= 1
      yield { ...outer, row, position: `${outer.position} ${place}` }
    }
    if (top.met.list) continue
    yield {
      position: outer.position,
      reason: 'bad_row',
      message: `no list is at "${path}" (the row has ${columnNames(outer.row)}); mend problems.rows`,
    }
  }
}

/** `met.list` becomes true where the path leads to an element, and at a list without any. */
type Way = { around: Record<PropertyKey, unknown>; place: string; met: { list: boolean } }

function* elementsAt(
  given: unknown,
  [step, ...rest]: readonly Step[],
  { around, place, met }: Way,
): Generator<{ row: Record<string, unknown>; place: string }> {
  const value = typeof given === 'string' && step !== undefined ? parsed(given) : given
  if (value === undefined) return
  if (step === undefined) {
    met.list = true
    yield { row: { ...around, ...(isObject(value) ? value : { element: value }) }, place }
    return
  }
  if ('name' in step && isObject(value)) {
    const { [step.name]: inside, ...beside } = value
    const further = { ...around, ...beside }
    yield* elementsAt(inside, rest, {
      around: further,
      place: place === '' ? step.name : `${place}.${step.name}`,
      met,
    })
  }
  if (!('all' in step) || !Array.isArray(value)) return
  met.list ||= value.length === 0
  for (const [index, element] of (value as unknown[]).entries())
    yield* elementsAt(element, rest, {
      around: { ...around, [ownPlace]: index },
      place: `${place}[${index}]`,
      met,
    })
}

/** Where in a row lists hold what looks like problems: what `problems.rows` may have to be; `undefined` where none do. */
export function pathOfRows(row: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, list] of Object.entries(row)) {
    const first: unknown = Array.isArray(list) ? list[0] : undefined
    if (!isObject(first)) continue
    if (usualNames.prompt.some((usual) => Object.hasOwn(first, usual))) return `${name}[*]`
    const deeper = pathOfRows(first)
    if (deeper !== undefined) return `${name}[*].${deeper}`
  }
  return undefined
}
