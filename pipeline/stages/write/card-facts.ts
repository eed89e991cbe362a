import { basename } from 'node:path'
import type { CardFacts, TokenUse } from '../../../output/card/card.ts'
import type { Manifest } from '../../../output/dataset/manifest.ts'
import { chooseExports } from '../../../output/exports/registry.ts'
import type { Ledger } from '../../../schemas/ledger.ts'
import { findFamily } from '../../../teachers/families/registry.ts'
import { judgeArmName } from '../../recipe/judge-arms.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { taskNames } from '../../../verifiers/all-verifiers.ts'
import { measuredError } from '../../../verifiers/measured.ts'
import { version } from '../../../schemas/version.ts'

/** What the dataset card says besides the numbers that are counted from the shards. */
export function cardFacts({ recipe, arms }: RunContext, manifest: Manifest, ledger: Ledger): CardFacts {
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
    exports: chooseExports(arms, recipe.write.configs, recipe.seed),
    funnel: [
      { stage: 'problems read', arm: '', in: problems.read, out: problems.kept, lost: problems.lost },
      ...ledger.samples,
      { stage: 'problems paired', arm: '', in: pairs.problems, out: pairs.paired, lost: pairs.lost },
    ],
    tokens: ofAnswers(ledger),
    verifiers: taskNames.flatMap((task) => {
      const error = measuredError(task)
      return error === undefined ? [] : [{ task, ...error }]
    }),
    plots: recipe.write.plots,
    targets: (recipe.write.targets ?? []).map(({ model }) =>
      /^[.~/]/u.test(model) ? basename(model) : model,
    ),
    notes: { deduplication: deduplication(recipe, problems.lost) },
    provenance: {
      version,
      commit: null,
      recipe: recipe.name,
      fingerprint: manifest.recipe,
      run: null,
      seed: recipe.seed,
    },
    teacher_licenses: Object.fromEntries(
      arms.map((arm) => [arm.teacher, findFamily(arm.teacher).weightsLicense]),
    ),
  }
}

/** What was done about problems that stand in the source more than once. */
function deduplication({ filter }: RunContext['recipe'], lost: Readonly<Record<string, number>>): string {
  const dropped = ['duplicate_problem', 'conflicting_answers', 'duplicate_id'].reduce(
    (sum, reason) => sum + (lost[reason] ?? 0),
    0,
  )
  const isOn = filter['repeated-problem'] !== false
  return isOn
    ? `problems equal but for Unicode form and white space are in it once; ${dropped} rows of the source were left out for it`
    : 'none; problems may be in it more than once'
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
