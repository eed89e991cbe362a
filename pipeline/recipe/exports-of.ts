import { settingsOf } from '../../filters/apply.ts'
import { contamination, type ContaminationOptions } from '../../filters/problem/contamination.ts'
import { promptScript } from '../../filters/text/prompt-script.ts'
import { groupFilters, sampleFilters } from '../../filters/registry.ts'
import type { Export } from '../../output/exports/export.ts'
import {
  withMoreColumns,
  type BenchmarkContact,
  type MeasureColumn,
} from '../../output/exports/more-columns.ts'
import { chooseExports } from '../../output/exports/registry.ts'
import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Recipe } from './recipe.ts'
import { unknownName } from './unknown-name.ts'

/** Finds the benchmark items in a problem; who only wants the columns needs none. */
export type FindContacts = (problem: Problem) => readonly BenchmarkContact[]

/**
 * The configurations of a recipe with the columns that it adds to them.
 *
 * @throws UsageError as `chooseExports` does, and for columns that nothing fills
 */
export function exportsOf(
  { recipe, arms }: { recipe: Recipe; arms: readonly Arm[] },
  find: FindContacts = () => [],
): Export[] {
  const exports = chooseExports(arms, recipe.write.configs, recipe.seed)
  const measures = measuresOf(recipe)
  const columns = recipe.write.contamination === true ? benchmarkColumns(recipe) : undefined
  return exports.map((one) =>
    withMoreColumns(one, {
      measures,
      ...(recipe.write.prompt_script === true && { promptScript }),
      kinds: recipe.classify !== undefined,
      ...(columns && { contamination: { columns, find } }),
    }),
  )
}

/** The options of `filter.contamination`, where the filter is on and names benchmarks. */
export function contaminationOptions({ filter }: Pick<Recipe, 'filter'>): ContaminationOptions | undefined {
  const [setting] = settingsOf([contamination], filter)
  const options = setting?.options as ContaminationOptions | undefined
  return options === undefined || Object.keys(options.benchmarks).length === 0 ? undefined : options
}

function measuresOf({ filter, write: { measures: wanted } }: Recipe): MeasureColumn[] {
  if (wanted === undefined) return []
  const filters = [...sampleFilters, ...groupFilters]
  const known = filters.flatMap(({ name, measures = [] }) =>
    measures.map((measure) => ({ measure, filter: name })),
  )
  const active = new Set(settingsOf(filters, filter).map((setting) => setting.filter.name))
  if (wanted === true) return known.filter((one) => active.has(one.filter)).map(({ measure }) => measure)
  return [...new Set(wanted)].map((name) => {
    const found = known.find(({ measure }) => measure.name === name)
    if (found === undefined)
      throw unknownName(
        'write.measures',
        name,
        known.map(({ measure }) => measure.name),
        'measure ',
      )
    if (active.has(found.filter)) return found.measure
    throw new UsageError(
      `write.measures: \`${name}\` is measured by the filter ${found.filter}, which is off; write \`filter.${found.filter}: true\``,
    )
  })
}

/** The names of the columns for the benchmarks of `filter.contamination`. */
function benchmarkColumns(recipe: Recipe): Map<string, string> {
  const options = contaminationOptions(recipe)
  if (options === undefined)
    throw new UsageError(
      'write.contamination: filter.contamination names no benchmark to look for; name them there, with `policy: warn` where the problems shall stay',
    )
  const columns = new Map<string, string>()
  for (const benchmark of Object.keys(options.benchmarks)) {
    const column = `contaminated_${benchmark.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`
    const other = columns.get(column)
    if (other !== undefined)
      throw new UsageError(
        `write.contamination: the benchmarks ${other} and ${benchmark} would have the same column ${column}; rename one of them`,
      )
    columns.set(column, benchmark)
  }
  return columns
}
