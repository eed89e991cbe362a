import { settingsOf } from '../../../filters/apply.ts'
import type { Declared } from '../../../filters/filter.ts'
import { groupFilters, sampleFilters, sampleSetFilters } from '../../../filters/registry.ts'
import type { Decision } from '../../../schemas/decision.ts'
import { isObject } from '../../../schemas/is-object.ts'
import type { Trace } from '../../../schemas/trace.ts'
import type { FilterFinding } from '../../../review/pairs/pair.ts'
import type { Recipe } from '../../recipe/recipe.ts'

type Measured = Pick<Trace, 'arm' | 'mode' | 'reasoning_tokens' | 'answer_tokens'>

/** What every filter of a recipe says about an answer: its reasons, its values and its settings. */
export function filterFindings(
  { filter: section }: Pick<Recipe, 'filter'>,
  trace: Measured,
  decision: Pick<Decision, 'reasons' | 'measures'>,
): FilterFinding[] {
  return settingsOf<Declared>([...sampleFilters, ...groupFilters, ...sampleSetFilters], section).map(
    ({ filter, options }) => ({
      filter: filter.name,
      reasons: decision.reasons.filter((reason) => Object.hasOwn(filter.reasons, reason)),
      values:
        filter.name === 'length'
          ? lengths(trace)
          : Object.fromEntries(
              (filter.measures ?? []).map(({ name }) => [name, decision.measures[name] ?? null]),
            ),
      options: filter.name === 'length' ? lengthBounds(options, trace) : options,
    }),
  )
}

/**
 * How near the values of an answer come to a bound that would drop it, as a share of the bound: 0 at the bound, `null` where
 * nothing is within a tenth of it.
 */
export function nearness(findings: readonly FilterFinding[]): number | null {
  let nearest: number | null = null
  for (const { values, options } of findings)
    for (const [name, value] of Object.entries(values))
      for (const bound of boundsOf(options, name, Object.keys(values).length)) {
        if (value === null || bound === 0) continue
        const distance = Math.abs(value - bound) / Math.abs(bound)
        if (distance <= 0.1 && (nearest === null || distance < nearest)) nearest = distance
      }
  return nearest
}

function lengths({ reasoning_tokens, answer_tokens }: Measured): Record<string, number> {
  return { reasoning: reasoning_tokens, answer: answer_tokens, total: reasoning_tokens + answer_tokens }
}

/** Of the arm's mode, and of the arm itself where it is named. */
function lengthBounds(options: unknown, { arm, mode }: Measured): unknown {
  const { arms, ...modes } = options as Record<string, Record<string, unknown>>
  const own = arms?.[arm]
  return { ...modes[mode], ...(isObject(own) ? own : {}) }
}

/** Options that bound a value: below its own name, or directly where the filter has one value. */
function boundsOf(options: unknown, name: string, values: number): number[] {
  if (!isObject(options)) return []
  const own = options[name]
  const stated = isObject(own) ? own : values === 1 ? options : {}
  const bounds = [stated['min'], stated['max'], options[`min_${name}`], options[`max_${name}`]]
  return bounds.filter((bound) => typeof bound === 'number')
}
