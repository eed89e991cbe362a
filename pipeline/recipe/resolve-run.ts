import { resolve } from 'node:path'
import { chooseExporters } from '../../output/registry.ts'
import { UsageError } from '../../schemas/errors.ts'
import { resolveArm } from '../../teachers/resolve-arm.ts'
import type { ShardContext } from '../shard-context.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import { judgeArmName, judgeArms } from './judge-arms.ts'
import type { Recipe } from './recipe.ts'

/**
 * What a recipe means: its arms with every default of their teachers, its run folder.
 *
 * @param runFolder from `--run`; by default `runs/<recipe name>` under `cwd`
 * @throws UsageError when an arm names something that does not exist or cannot be done
 */
export function resolveRun(recipe: Recipe, runFolder: string | undefined, cwd: string): ShardContext {
  const arms = Object.entries(recipe.arms).map(([name, arm]) => {
    if (arm.role === 'pairs')
      throw new UsageError(
        `arms.${name}.role: \`pairs\` names the configuration of all arms together; give the arm another role`,
      )
    if (arm.endpoint !== undefined && !(arm.endpoint in recipe.endpoints))
      throw unknownName(`arms.${name}.endpoint`, arm.endpoint, Object.keys(recipe.endpoints))
    try {
      return resolveArm(name, arm)
    } catch (error) {
      if (!(error instanceof UsageError) || error.message.includes(`arm ${name}`)) throw error
      throw new UsageError(`arms.${name}: ${error.message}`, { cause: error })
    }
  })
  const { require } = recipe.pair
  if (Array.isArray(require)) {
    for (const name of require)
      if (!(name in recipe.arms)) throw unknownName('pair.require', name, Object.keys(recipe.arms))
  }
  checkJudges(recipe)
  chooseExporters(arms, recipe.write.configs)
  return { runFolder: resolve(cwd, runFolder ?? `runs/${recipe.name}`), recipe, arms, imports: {} }
}

function checkJudges(recipe: Recipe): void {
  for (const { endpoint } of judgeArms(recipe))
    if (!(endpoint in recipe.endpoints))
      throw unknownName('verify.judge.endpoint', endpoint, Object.keys(recipe.endpoints))
  if (recipe.verify.judge && judgeArmName in recipe.arms)
    throw new UsageError(
      `arms.${judgeArmName}: the ledger calls the judge of \`verify.judge\` by this name; give the arm another one`,
    )
}

function unknownName(where: string, name: string, known: string[]): UsageError {
  const meant = nearestName(name, known)
  return new UsageError(
    `${where}: there is no \`${name}\`${meant ? `; did you mean \`${meant}\`?` : `; the recipe has ${known.join(', ')}`}`,
  )
}
