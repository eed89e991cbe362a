import type { ActiveFilter, Sample } from './filter.ts'
import { traceFilters } from './registry.ts'

/**
 * The filters that a recipe's `filter` section switches on, in the order of the registry. The section names filters, each
 * with its options (parsed by the filter's own schema), `true` for the defaults or `false` to leave it out; one that is
 * not named runs when it is on by default. `without` leaves out further ones, such as `correctness` for an arm whose
 * answers need not be right.
 */
export function createFilters(
  section: Readonly<Record<string, unknown>>,
  without: readonly string[] = [],
): ActiveFilter[] {
  const active: ActiveFilter[] = []
  for (const filter of traceFilters) {
    const stated = section[filter.name] ?? filter.defaultOn
    if (stated === false || without.includes(filter.name)) continue
    const options = stated === true ? filter.options.parse({}) : stated
    active.push({ name: filter.name, version: filter.version, check: filter.create(options) })
  }
  return active
}

/** Every reason that speaks against the sample, each once, in the order of the registry; none when it may stay. */
export function applyFilters(filters: readonly ActiveFilter[], sample: Sample): string[] {
  return [...new Set(filters.flatMap((filter) => filter.check(sample)))]
}
