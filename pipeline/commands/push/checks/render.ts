import { isRight, renderTargets, type TargetAccess } from '../../../../output/render/render-targets.ts'
import { targetAccess } from '../../render/target-access.ts'
import type { CheckRun } from './check.ts'
import { RunError } from '../../../../schemas/errors.ts'
import type { Recipe } from '../../../recipe/recipe.ts'

export const check: CheckRun = {
  async run({ folder, context, io }) {
    const { targets = [] } = context.recipe.write
    if (targets.length === 0) return '`write.targets` names no model'
    await checkTargets(folder, context.recipe, targetAccess(context, io))
    return `right for ${targets.map(({ model }) => model).join(', ')}`
  },
}

/**
 * Makes sure that every configuration is right for the models that the recipe names.
 *
 * @throws RunError with the first configuration that is not, and the shape that would be right
 */
async function checkTargets(
  folder: string,
  { write }: Pick<Recipe, 'write'>,
  access: TargetAccess,
): Promise<void> {
  const reports = await renderTargets(folder, write.targets ?? [], access)
  const wrong = reports.find((report) => !isRight(report))
  const one = wrong?.configurations.find(({ right, rows }) => right !== rows)
  if (wrong === undefined || one === undefined) return
  const faults = Object.entries(one.faults).filter(([, rows]) => rows > 0)
  throw new RunError(
    `${one.name} is not right for ${wrong.target}: ${faults.map(([fault, rows]) => `${rows} of ${one.rows} rows ${fault.replace('_', ' ')}`).join(', ')}; nothing was sent; to be right: ${one.advice}; \`npm run render\` shows examples, and \`push.accept: [render]\` publishes it as it is`,
  )
}
