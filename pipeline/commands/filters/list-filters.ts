import type { Declared } from '../../../filters/filter.ts'
import { allFilters } from '../../../filters/registry.ts'
import type { CommandIo } from '../io.ts'
import { wrap } from '../../reporter/side-by-side.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'

/** Prints every filter with its scope, where a recipe sets it, its options with their defaults and where these come from, its reasons and measures. */
export function listFilters(io: Pick<CommandIo, 'reporter' | 'environment' | 'stdout'>): void {
  const rows = allFilters.map((filter) => ({
    name: filter.name,
    scope: filter.scope,
    version: filter.version,
    source: filter.source,
    key: keyOf(filter),
    default_on: filter.defaultOn,
    options: filter.options.parse({}),
    reasons: filter.reasons,
    measures: (filter.measures ?? []).map(({ name, unit, describe }) => ({ name, unit, describe })),
  }))
  const text = rows.map(({ name, scope, key, default_on, options, source, reasons, measures }) => {
    const stated = Object.entries(options as Record<string, unknown>)
    return [
      `${name}  (${scope}; ${key ?? 'always on'}${key === null ? '' : default_on ? ', on' : ', off'})`,
      `    from: ${source}`,
      ...stated.map(([option, value]) => `    ${option}: ${JSON.stringify(value)}`),
      ...Object.entries(reasons).map(([code, sentence]) => `  - ${code}: ${sentence}`),
      ...measures.map(({ name: measure, unit, describe }) => `  # ${measure} (${unit}): ${describe}`),
    ].join('\n')
  })
  io.reporter.result('filters', rows, wrap(text.join('\n'), terminalWidth(io)).join('\n'))
}

function keyOf({ name, setBy }: Declared): string | null {
  return setBy === undefined ? `filter.${name}` : setBy
}
