import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { Exporter } from './exporter.ts'
import { ift } from './ift.ts'
import { pairs } from './pairs.ts'
import { reasoning } from './reasoning.ts'
import { teacher } from './teacher.ts'

/** Every export with a name of its own. A role that is not named here gets the `teacher` export. */
export const exporters: readonly Exporter[] = [pairs, reasoning, ift]

/** The configurations of a recipe that names none: the pairs, and one for every arm's role. */
export function defaultConfigurations(arms: readonly Arm[]): string[] {
  return [pairs.name, ...arms.map((arm) => arm.role)]
}

/**
 * The exports of a dataset, in the order given. Throws a UsageError for an unknown or repeated name, for a name that
 * cannot be a folder of a dataset, and for arms that share a role, because then a configuration would have two rows a
 * problem.
 */
export function chooseExporters(
  arms: readonly Arm[],
  names: readonly string[] = defaultConfigurations(arms),
): Exporter[] {
  const roles = new Map<string, string>()
  for (const arm of arms) {
    const other = roles.get(arm.role)
    if (other !== undefined) {
      throw new UsageError(
        `the arms ${other} and ${arm.name} have the same role ${arm.role}; give one another role`,
      )
    }
    roles.set(arm.role, arm.name)
  }
  return names.map((name, index) => {
    if (names.indexOf(name) !== index)
      throw new UsageError(`the dataset configuration ${name} is named twice`)
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
      throw new UsageError(
        `${JSON.stringify(name)} cannot name a dataset configuration; use letters, digits, . _ -`,
      )
    }
    return chooseExporter(name, roles)
  })
}

function chooseExporter(name: string, roles: ReadonlyMap<string, string>): Exporter {
  const named = exporters.find((exporter) => exporter.name === name)
  if (named !== undefined) return named
  if (roles.has(name)) return teacher(name)
  const known = [...exporters.map((exporter) => exporter.name), ...roles.keys()]
  throw new UsageError(
    `there is no dataset configuration ${name}; use one of ${[...new Set(known)].join(', ')}`,
  )
}
