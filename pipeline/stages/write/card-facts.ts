import { basename } from 'node:path'
import type { CardFacts, TokenUse } from '../../../output/card/card.ts'
import type { Manifest } from '../../../output/dataset/manifest.ts'
import type { Ledger } from '../../../schemas/ledger.ts'
import { lengthNote } from '../../../teachers/cost/length-note.ts'
import { findFamily } from '../../../teachers/families/registry.ts'
import { exportsOf } from '../../recipe/exports-of.ts'
import { judgeArmName } from '../../recipe/judge-arms.ts'
import type { Arm } from '../../../schemas/arm.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { taskNames } from '../../../verifiers/all-verifiers.ts'
import { measuredError } from '../../../verifiers/measured.ts'
import { cardNotes } from './card-notes.ts'
import { version } from '../../../schemas/version.ts'

/** What the dataset card says besides the numbers that are counted from the shards. */
export async function cardFacts(context: RunContext, manifest: Manifest, ledger: Ledger): Promise<CardFacts> {
  const { recipe, arms } = context
  const { problems, pairs } = ledger
  return {
    title: recipe.write.title ?? recipe.name,
    summary:
      recipe.description ||
      `Paired answers of ${arms.map((arm) => `${arm.model} (${arm.mode})`).join(', ')} to the same problems.`,
    repository: null,
    license: recipe.write.license ?? null,
    language: recipe.write.language ?? [],
    arms,
    exports: exportsOf(context),
    funnel: [
      { stage: 'problems read', arm: '', in: problems.read, out: problems.kept, lost: problems.lost },
      ...ledger.samples,
      { stage: 'problems paired', arm: '', in: pairs.problems, out: pairs.paired, lost: pairs.lost },
    ],
    tokens: ofAnswers(ledger),
    lengths: lengthNote(arms),
    verifiers: taskNames.flatMap((task) => {
      const error = measuredError(task)
      return error === undefined ? [] : [{ task, ...error }]
    }),
    plots: recipe.write.plots,
    targets: (recipe.write.targets ?? []).map(({ model }) =>
      /^[.~/]/u.test(model) ? basename(model) : model,
    ),
    notes: await cardNotes(context, ledger),
    provenance: {
      version,
      recipe: recipe.name,
      fingerprint: manifest.recipe,
      seed: recipe.seed,
    },
    terms: arms.map((arm) => termsOf(arm, recipe)),
  }
}

/** Who served an arm, and under which terms its answers may be used, as far as the recipe says. */
function termsOf(arm: Arm, { endpoints, write }: Recipe): NonNullable<CardFacts['terms']>[number] {
  const endpoint = endpoints[arm.endpoint]
  const simulated = endpoint !== undefined && endpoint.base_url === undefined
  return {
    arm: arm.name,
    teacher: arm.teacher,
    model: arm.model,
    simulated,
    served: arm.import
      ? 'imported traces'
      : !simulated
        ? `the endpoint \`${arm.endpoint}\` (\`${endpoint?.dialect ?? ''}\`)`
        : 'the simulated teacher, a program that only acts as this model',
    license: findFamily(arm.teacher).weightsLicense,
    stated: write.terms?.[arm.name] ?? '',
  }
}

/**
 * Tokens of the answers only. Two runs with the same answers must have the same card, but they may differ in how often a
 * request had to be tried, in what a judge was asked and in what a token cost.
 */
function ofAnswers({ tokens }: Ledger): TokenUse[] {
  return tokens
    .filter(({ arm, stage }) => arm !== judgeArmName && stage !== 'answered')
    .map(({ arm, stage, reason, prompt_tokens, completion_tokens }) => ({
      arm,
      stage,
      reason,
      prompt_tokens,
      completion_tokens,
    }))
}
