import type { Declared, Measured } from './filter.ts'

/**
 * The reasons as they are.
 *
 * @throws Error when the filter does not declare one of them: nothing may be stored that no page explains
 */
export function declaredReasons(filter: Declared, reasons: readonly string[]): readonly string[] {
  for (const reason of reasons)
    if (!Object.hasOwn(filter.reasons, reason))
      throw new Error(`the filter ${filter.name} gave the reason ${reason}, which it does not declare`)
  return reasons
}

/**
 * The values as they are.
 *
 * @throws Error when they are not the filter's declared measures, each once
 */
export function declaredMeasures(filter: Declared, values: Measured): Measured {
  const declared = (filter.measures ?? []).map(({ name }) => name)
  const given = Object.keys(values)
  if (given.length !== declared.length || !declared.every((name) => Object.hasOwn(values, name)))
    throw new Error(
      `the filter ${filter.name} measured ${given.join(', ') || 'nothing'}, and declares ${declared.join(', ') || 'nothing'}`,
    )
  return values
}
