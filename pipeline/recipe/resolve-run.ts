import { resolve } from 'node:path'
import { UsageError } from '../../schemas/errors.ts'
import { sampleKey, type Arm } from '../../schemas/arm.ts'
import { buildRequest } from '../../teachers/request/build-request.ts'
import { requireContinuation } from '../../teachers/request/continue-answer.ts'
import { ratesOf } from '../../teachers/cost/price.ts'
import { resolveArm } from '../../teachers/request/resolve-arm.ts'
import type { RunContext } from './run-context.ts'
import { askedModels } from './asked-models.ts'
import { exportsOf } from './exports-of.ts'
import { checkFilterArms } from './check-filter-arms.ts'
import { checkKinds } from './check-kinds.ts'
import { probeArmName } from './probe-section.ts'
import { classifierArm, classifierName, judgeArmName, judgeArms } from './judge-arms.ts'
import { unknownName } from './unknown-name.ts'
import { withdrawnArmName } from './withdrawn-arm.ts'
import type { Recipe } from './recipe.ts'

/**
 * What a recipe means: its arms with every default of their teachers, its run folder. It has no reading rules until
 * `loadReadingRules` has read them.
 *
 * @param runFolder from `--run`; by default `runs/<recipe name>` under `cwd`
 * @throws UsageError when an arm names something that does not exist or cannot be done
 */
export function resolveRun(recipe: Recipe, runFolder: string | undefined, cwd: string): RunContext {
  const arms = Object.entries(recipe.arms).map(([name, arm]) => {
    if (arm.endpoint !== undefined && !Object.hasOwn(recipe.endpoints, arm.endpoint))
      throw unknownName(`arms.${name}.endpoint`, arm.endpoint, Object.keys(recipe.endpoints))
    try {
      const resolved = resolveArm(name, arm)
      if (resolved.truncated.policy === 'continue')
        requireContinuation(resolved, recipe.endpoints[resolved.endpoint]!.dialect)
      return resolved
    } catch (error) {
      if (!(error instanceof UsageError) || error.message.includes(`arm ${name}`)) throw error
      throw new UsageError(`arms.${name}: ${error.message}`, { cause: error })
    }
  })
  if (Object.hasOwn(recipe.arms, probeArmName))
    throw new UsageError(
      `arms.${probeArmName}: the ledger calls what probing costs by this name; give the arm another one`,
    )
  if (withdrawnArmName in recipe.arms)
    throw new UsageError(
      `arms.${withdrawnArmName}: the ledger calls what was bought for withdrawn problems by this name; give the arm another one`,
    )
  const { require } = recipe.pair
  if (Array.isArray(require)) {
    for (const name of require)
      if (!Object.hasOwn(recipe.arms, name)) throw unknownName('pair.require', name, Object.keys(recipe.arms))
  }
  for (const name of Object.keys(recipe.write.terms ?? {}))
    if (!Object.hasOwn(recipe.arms, name)) throw unknownName('write.terms', name, Object.keys(recipe.arms))
  checkSameAsked(recipe, arms)
  checkJudges(recipe)
  checkBudget(recipe)
  checkSelect(recipe)
  checkKinds(recipe)
  checkFilterArms(recipe.filter, arms)
  exportsOf({ recipe, arms })
  return {
    runFolder: resolve(cwd, runFolder ?? `runs/${recipe.name}`),
    recipe,
    arms,
    imports: {},
    readingRules: {},
    filterFiles: {},
    tokenizers: {},
    ...(recipe.reuse && { reuse: recipe.reuse.map((name) => ({ name, folder: resolve(cwd, name) })) }),
  }
}

/** Answers are known by what was asked, so two arms that ask the same would have every answer in common. */
function checkSameAsked(recipe: Recipe, arms: readonly Arm[]): void {
  const asked = new Map<string, string>()
  for (const arm of arms.filter((each) => !each.import)) {
    const { dialect } = recipe.endpoints[arm.endpoint]!
    const key = sampleKey(buildRequest(arm, dialect, ''), arm, 0)
    const other = asked.get(key)
    if (other !== undefined)
      throw new UsageError(
        `arms.${other} and arms.${arm.name} would ask the same: model, messages, sampling and switches are equal, and a name is only a label; change one of them, ask one arm for more \`samples\`, or state another \`revision\` in one of them if their servers do not serve the same`,
      )
    asked.set(key, arm.name)
  }
}

function checkJudges(recipe: Recipe): void {
  for (const { endpoint } of judgeArms(recipe))
    if (!Object.hasOwn(recipe.endpoints, endpoint))
      throw unknownName('verify.judge.endpoint', endpoint, Object.keys(recipe.endpoints))
  const classifier = classifierArm(recipe)
  if (classifier && !Object.hasOwn(recipe.endpoints, classifier.endpoint))
    throw unknownName('classify.judge.endpoint', classifier.endpoint, Object.keys(recipe.endpoints))
  for (const [name, section, judge] of [
    [judgeArmName, 'verify', recipe.verify.judge],
    [classifierName, 'classify', classifier],
  ] as const)
    if (judge && Object.hasOwn(recipe.arms, name))
      throw new UsageError(
        `arms.${name}: the ledger calls the judge of \`${section}.judge\` by this name; give the arm another one`,
      )
}

/** "within: budget" without a budget would ask for everything there is. */
function checkSelect({ select, budget }: Recipe): void {
  if (select?.within === 'budget' && budget === undefined)
    throw new UsageError(
      'select.within is `budget`, and the recipe has none; state `budget: {usd: …}` or `budget: {tokens: …}`, or `within: problems` to ask until the pairs are there or the problems are used up',
    )
}

/** A budget of dollars that could not count a part of the spending would be none. */
function checkBudget(recipe: Recipe): void {
  if (recipe.budget?.usd === undefined) return
  for (const { endpoint, model } of askedModels(recipe)) {
    const { price } = recipe.endpoints[endpoint]!
    if (ratesOf(price, model) === undefined)
      throw new UsageError(
        `budget.usd needs the price of everything that is asked, and the endpoint ${endpoint} has none for ${model}; state \`endpoints.${endpoint}.price: {input: …, output: …, date: …}\` (USD for a million tokens, 0 where they are free), or \`price: {package: genai-prices, provider: …}\`, or limit \`budget.tokens\` instead`,
      )
  }
}
