import type { FilterReason } from '../schemas/reasons.ts'
import type { Declared, Finding, Measured } from './filter.ts'

/**
 * Returns the reasons unchanged.
 *
 * @throws Error when the filter does not declare one of them: nothing may be stored that no page explains
 */
export function declaredReasons(filter: Declared, reasons: readonly string[]): readonly FilterReason[] {
  for (const reason of reasons)
    if (!Object.hasOwn(filter.reasons, reason))
      throw new Error(`the filter ${filter.name} gave the reason ${reason}, which it does not declare`)
  return reasons as readonly FilterReason[]
}

/** A finding whose reason its filter declares. */
export type DeclaredFinding = Finding & { reason: FilterReason }

/** Returns the finding unchanged. @throws Error as `declaredReasons` does */
export function declaredFinding(filter: Declared, finding: Finding): DeclaredFinding {
  declaredReasons(filter, [finding.reason])
  return finding as DeclaredFinding
}

/**
 * Returns the values unchanged.
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
