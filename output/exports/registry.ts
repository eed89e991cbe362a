import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { Export, ExportFamily } from './export.ts'
import { ift } from './ift.ts'
import { pairs } from './pairs.ts'
import { reasoning } from './reasoning.ts'
import { teacher } from './teacher.ts'

/** Every export, and the families of exports. Where two have one name, the first is taken. */
export const exportRegistry: readonly (Export | ExportFamily)[] = [pairs, reasoning, ift, teacher]

/** The configurations of a recipe that names none: the pairs, and one for every arm's role. */
export function defaultConfigurations(arms: readonly Arm[]): string[] {
  return [pairs.name, ...arms.map((arm) => arm.role)]
}

/**
 * The exports of a dataset, in the order given. Throws a UsageError for an unknown or repeated name, for a name that
 * cannot be a folder of a dataset, for arms that share a role, because then a configuration would have two rows a
 * problem, and for an arm whose role is the name of an export that holds something else.
 */
export function chooseExports(
  arms: readonly Arm[],
  names: readonly string[] = defaultConfigurations(arms),
): Export[] {
  const roles = new Map<string, string>()
  for (const arm of arms) {
    const other = roles.get(arm.role)
    if (other !== undefined) {
      throw new UsageError(
        `the arms ${other} and ${arm.name} have the same role ${arm.role}; give one another role`,
      )
    }
    roles.set(arm.role, arm.name)
    checkRole(arm)
  }
  return names.map((name, index) => {
    if (names.indexOf(name) !== index)
      throw new UsageError(`the dataset configuration ${name} is named twice`)
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
      throw new UsageError(
        `${JSON.stringify(name)} cannot name a dataset configuration; use letters, digits, . _ -`,
      )
    }
    return chooseExport(name, arms)
  })
}

/** An export with the name of a role would be taken for the rows of that arm. */
function checkRole({ name, role }: Arm): void {
  for (const entry of exportRegistry)
    if (!('make' in entry) && entry.name === role && entry.role !== role)
      throw new UsageError(
        `arms.${name}.role: \`${role}\` is the name of a configuration that does not hold the rows of one arm; give the arm another role`,
      )
}

function chooseExport(name: string, arms: readonly Arm[]): Export {
  const known = new Set<string>()
  for (const entry of exportRegistry) {
    const names = 'make' in entry ? entry.names(arms) : [entry.name]
    if (names.includes(name)) return 'make' in entry ? entry.make(name) : entry
    for (const one of names) known.add(one)
  }
  throw new UsageError(`there is no dataset configuration ${name}; use one of ${[...known].join(', ')}`)
}
