import { parse } from 'yaml'
import { z } from 'zod'
import { allFilters, groupFilters, sampleFilters, sampleSetFilters } from '../../../filters/registry.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { isObject } from '../../../schemas/is-object.ts'
import { nearestName } from '../../../schemas/nearest-name.ts'

type Section = Readonly<Record<string, unknown>>

/**
 * The `filter` section of a recipe with some options changed, each written as `filter.option=value` or `filter=false`.
 *
 * @throws UsageError where there is no such filter or option, or the value is none for it
 */
export function changedSection(section: Section, changes: readonly string[]): Section {
  const changed: Record<string, unknown> = { ...section }
  for (const change of changes) {
    const [path = '', ...rest] = change.split('=')
    if (rest.length === 0)
      throw new UsageError(`--set ${change}: expected KEY=VALUE, such as length.thinking.total.max=8192`)
    const [name = '', ...keys] = path.split('.')
    const filter = allFilters.find((each) => each.name === name && each.setBy === undefined)
    if (!filter) {
      const known = allFilters.filter(({ setBy }) => setBy === undefined).map((each) => each.name)
      const meant = nearestName(name, known)
      throw new UsageError(
        `--set ${change}: there is no filter \`${name}\`${meant === undefined ? '; npm run filters lists them' : `; did you mean \`${meant}\`?`}`,
      )
    }
    if (![...sampleFilters, ...groupFilters, ...sampleSetFilters].some((each) => each === filter))
      throw new UsageError(
        `--set ${change}: \`${name}\` does not look at answers, and only filters that do are tried here; change it in the recipe and run it again, nothing is asked twice`,
      )
    const value = parse(rest.join('=')) as unknown
    if (keys.length === 0 && typeof value !== 'boolean')
      throw new UsageError(`--set ${change}: a filter itself is true or false; state one of its options`)
    const before = isObject(changed[name]) ? changed[name] : filter.options.parse({})
    const after = keys.length === 0 ? value : filter.options.safeParse(withValue(before, keys, value))
    if (typeof after === 'object' && after !== null && 'success' in after) {
      const parsed = after as z.ZodSafeParseResult<unknown>
      if (!parsed.success)
        throw new UsageError(`--set ${change}: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`)
      changed[name] = parsed.data
    } else changed[name] = after
  }
  return changed
}

function withValue(whole: unknown, [key, ...deeper]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const members = isObject(whole) ? whole : {}
  return { ...members, [key]: withValue(members[key], deeper, value) }
}
