import { z } from 'zod'
import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import { comparison } from './comparison.ts'
import { curriculum } from './curriculum.ts'
import type { ConfigurableExport, Export, ExportFamily, ExportSettings } from './export.ts'
import { grouped } from './grouped.ts'
import { harmony } from './harmony.ts'
import { ift } from './ift.ts'
import { journey } from './journey.ts'
import { labelled } from './labelled.ts'
import { majority } from './majority.ts'
import { mix } from './mix.ts'
import { onOff } from './on-off.ts'
import { pairs } from './pairs.ts'
import { preference } from './preference.ts'
import { reasoning } from './reasoning.ts'
import { rl } from './rl.ts'
import { selfDistillation } from './self-distillation.ts'
import { sft } from './sft.ts'
import { sharegpt } from './sharegpt.ts'
import { teacher } from './teacher.ts'

/** Every export, and the families of exports. Where two have one name, the first is taken. */
export const exportRegistry: readonly (Export | ExportFamily)[] = [pairs, reasoning, ift, teacher]

/** Exports with options, which a recipe states as `{export: NAME, …}`. */
export const configurableExports: readonly ConfigurableExport[] = [
  sft,
  mix,
  curriculum,
  comparison,
  sharegpt,
  onOff,
  harmony,
  grouped,
  rl,
  preference,
  labelled,
  journey,
  majority,
  selfDistillation,
]

const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dots, dashes and underscores')
  .optional()
  .describe('name of the configuration')

/** A configuration as a recipe states it: its name, or an export with its options. */
export const ChosenConfiguration = z.union([
  z.string(),
  ...configurableExports.map(({ name, options }) =>
    z.strictObject({ export: z.literal(name), name: Name, ...options.shape }),
  ),
])
export type ChosenConfiguration = z.output<typeof ChosenConfiguration>

/** The configurations of a recipe that names none: the pairs, and one for every arm's role. */
export function defaultConfigurations(arms: readonly Arm[]): string[] {
  return [pairs.name, ...arms.map((arm) => arm.role)]
}

/**
 * The exports of a dataset, in the order given. Throws a UsageError for an unknown or repeated name, for a name that
 * cannot be a folder of a dataset, for arms that share a role, because then a configuration would have two rows a
 * problem, and for an arm whose role is the name of an export that holds something else.
 *
 * @param seed of the run
 */
export function chooseExports(
  arms: readonly Arm[],
  chosen: readonly ChosenConfiguration[] = defaultConfigurations(arms),
  seed = 0,
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
  const exports = chosen.map((one) => chooseExport(one, arms, seed))
  const names = exports.map(({ name }) => name)
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index)
      throw new UsageError(`the dataset configuration ${name} is named twice`)
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
      throw new UsageError(
        `${JSON.stringify(name)} cannot name a dataset configuration; use letters, digits, . _ -`,
      )
    }
  }
  // What an export wants of the arms is said before anything is asked.
  for (const one of exports) one.schema(arms)
  return exports
}

/** An export with the name of a role would be taken for the rows of that arm. */
function checkRole({ name, role }: Arm): void {
  for (const entry of exportRegistry)
    if (!('make' in entry) && entry.name === role && entry.role !== role)
      throw new UsageError(
        `arms.${name}.role: \`${role}\` is the name of a configuration that does not hold the rows of one arm; give the arm another role`,
      )
}

function chooseExport(chosen: ChosenConfiguration, arms: readonly Arm[], seed: number): Export {
  if (typeof chosen !== 'string') {
    const { export: kind, name, ...options } = chosen
    const own = configurableExports.find((one) => one.name === kind)!
    return makeConfigured(own, options, { name, arms, seed })
  }
  const known = new Set<string>()
  for (const entry of exportRegistry) {
    const names = 'make' in entry ? entry.names(arms) : [entry.name]
    if (names.includes(chosen)) return 'make' in entry ? entry.make(chosen) : entry
    for (const one of names) known.add(one)
  }
  const own = configurableExports.find((one) => one.name === chosen)
  if (own) return makeConfigured(own, own.options.parse({}), { name: chosen, arms, seed })
  for (const one of configurableExports) known.add(one.name)
  throw new UsageError(`there is no dataset configuration ${chosen}; use one of ${[...known].join(', ')}`)
}

function makeConfigured(
  own: ConfigurableExport,
  options: z.output<ConfigurableExport['options']>,
  { name, ...settings }: Omit<ExportSettings, 'name'> & { name: string | undefined },
): Export {
  return own.make(options, { name: name ?? own.defaultName(options), ...settings })
}
