import { settingsOf, type Setting } from '../../../filters/apply.ts'
import type { Declared, Policy, ProblemFilter } from '../../../filters/filter.ts'
import { goldCheck } from '../../../filters/problem/gold-check.ts'
import { goldSentinel } from '../../../filters/problem/gold-sentinel.ts'
import { problemFilters, problemSetFilters } from '../../../filters/registry.ts'
import { canonicalJson } from '../../../schemas/canonical.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { verifierVersions } from './gold-pool.ts'

/** A problem filter with the options of the recipe. */
export type ProblemSetting = Setting<ProblemFilter> & { options: { policy: Policy } }

/** The problem filters of a recipe: by its `filter` section, and by two keys of `problems` that are older than that. */
export function problemSettings({ problems, filter }: Pick<Recipe, 'problems' | 'filter'>): ProblemSetting[] {
  const section = {
    ...filter,
    [goldSentinel.name]: { policy: problems.missing_answer === 'keep' ? 'clear' : 'drop' },
    [goldCheck.name]: { policy: problems.unverifiable_gold },
  }
  return settingsOf(problemFilters, section) as ProblemSetting[]
}

/**
 * What the recipe's `filter` section changes about the problems; `undefined` where it leaves every filter as it is, so
 * that a plan is not lost when a filter is added.
 */
export function statedProblemFilters(
  { filter }: Pick<Recipe, 'filter'>,
  filterFiles: RunContext['filterFiles'],
): unknown {
  const filters: readonly Declared[] = [...problemFilters, ...problemSetFilters]
  const stated = filters.flatMap((each) => {
    const { name, setBy, defaultOn, options } = each
    const value = setBy === undefined ? (filter[name] ?? defaultOn) : defaultOn
    const usual = value === defaultOn || (defaultOn && isSame(value, options.parse({})))
    if (usual) return []
    const whole = value === true ? options.parse({}) : value
    const digests =
      value === false ? [] : (each.files?.(whole) ?? []).map((file) => filterFiles[file]?.digest)
    return [[name, whole, ...digests]]
  })
  return stated.length === 0 ? undefined : stated
}

/**
 * What else decides about which problems stay: the verifiers, where a filter that uses them takes problems or their
 * references away, and filters that have changed since their first version. Problems that were paid for stay as they are.
 */
export function problemFilterVersions(recipe: Recipe): { inputs: unknown; filters: unknown } {
  const settings = problemSettings(recipe)
  const changed = settings.filter(({ filter }) => filter.version !== '1')
  return {
    inputs: settings.some(decidesByVerifiers) ? verifierVersions(recipe) : undefined,
    filters:
      changed.length === 0 ? undefined : changed.map(({ filter: { name, version } }) => [name, version]),
  }
}

function decidesByVerifiers({ filter, options: { policy } }: ProblemSetting): boolean {
  return filter.verifies && (policy === 'drop' || policy === 'clear')
}

function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other)
}
