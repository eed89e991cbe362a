import { UsageError } from '../../schemas/errors.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import { areas, cellOf, formats } from '../../schemas/problem-kind.ts'
import type { Recipe } from './recipe.ts'
import type { SelectSection } from './select-section.ts'

const withUnknown = <Name extends string>(names: readonly Name[]) => [...names, 'unknown'] as const
const cells = withUnknown(areas).flatMap((area) =>
  withUnknown(formats).map((format) => cellOf({ area, format })),
)

/** What `classify` may find, by what `select.by` calls it. */
const kindNames: Readonly<Record<string, readonly string[]>> = {
  area: withUnknown(areas),
  format: withUnknown(formats),
  cell: cells,
}

/** Whether the strata of `select` are kinds, so that every problem needs its own before any is chosen. */
export function dividesByKind(select: Pick<SelectSection, 'by'> | undefined): boolean {
  return select?.by !== undefined && Object.hasOwn(kindNames, select.by)
}

/**
 * Checks that areas and formats are found out where the recipe divides problems by them, and that it calls them by names
 * that they may have: another name would be a stratum without a problem.
 *
 * @throws UsageError
 */
export function checkKinds({ select, write, classify }: Recipe): void {
  const check = (place: string, names: readonly string[], known: readonly string[]): void => {
    if (!classify)
      throw new UsageError(
        `${place} divides problems by what they are about, and the recipe does not say how that is found out; add \`classify: {}\`, with \`domains\`, \`sources\` or a \`judge\` where rules do not do`,
      )
    for (const name of names) {
      if (known.includes(name)) continue
      const meant = nearestName(name, [...known])
      throw new UsageError(
        `${place}: there is no \`${name}\`; ${meant ? `did you mean \`${meant}\`?` : `use ${known.join(', ')}`}`,
      )
    }
  }
  if (select?.by !== undefined && dividesByKind(select))
    check(
      select.quotas ? 'select.quotas' : `select.by: ${select.by}`,
      Object.keys(select.quotas ?? {}),
      kindNames[select.by]!,
    )
  for (const [at, one] of (write.configs ?? []).entries()) {
    const { cells: wanted } = one as { cells?: Record<string, number> }
    if (wanted) check(`write.configs.${at}.cells`, Object.keys(wanted), cells)
  }
}
