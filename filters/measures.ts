import { z } from 'zod'
import { Decision } from '../schemas/decision.ts'
import type { Declared, Measured } from './filter.ts'

/** A row of `decisions/` with one nullable column below `measures` for every measure that the filters declare. */
export function decisionRow(filters: readonly Declared[]): typeof Decision {
  const columns = filters
    .flatMap(({ measures = [] }) => measures)
    .map(({ name, describe, whole }) => [name, (whole ? z.int() : z.number()).nullable().describe(describe)])
  const measures = z.strictObject(Object.fromEntries(columns)) as unknown as typeof Decision.shape.measures
  return Decision.extend({ measures })
}

/** `null` for every measure that the filters declare: the stored value where a filter has not measured. */
export function unmeasured(filters: readonly Declared[]): Measured {
  return Object.fromEntries(filters.flatMap(({ measures = [] }) => measures.map(({ name }) => [name, null])))
}
