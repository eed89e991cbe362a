import { settingsOf } from '../../filters/apply.ts'
import { allFilters } from '../../filters/registry.ts'
import { unknownName } from './unknown-name.ts'

/**
 * An arm that an option of a filter names and the recipe does not have would make the filter say nothing.
 *
 * @throws UsageError for the first one
 */
export function checkFilterArms(
  section: Readonly<Record<string, unknown>>,
  arms: readonly { name: string }[],
): void {
  const known = arms.map(({ name }) => name)
  for (const { filter, options } of settingsOf(allFilters, section))
    for (const name of filter.arms?.(options) ?? [])
      if (!known.includes(name)) throw unknownName(`filter.${filter.name}`, name, known, 'arm ')
}
