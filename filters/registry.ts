import type { Declared, GroupFilter, ProblemFilter, SampleFilter } from './filter.ts'
import { fairShare } from './group/fair-share.ts'
import { limoScore } from './group/limo-score.ts'
import { repeatedAnswer } from './group/repeated-answer.ts'
import { verbosity } from './group/verbosity.ts'
import { passRate } from './group/pass-rate.ts'
import { goldCheck } from './problem/gold-check.ts'
import { goldSentinel } from './problem/gold-sentinel.ts'
import { placeholderPrompt } from './problem/placeholder-prompt.ts'
import { answerInPrompt } from './problem/answer-in-prompt.ts'
import { choiceProblem } from './problem/choice-problem.ts'
import { codePrompt } from './problem/code-prompt.ts'
import { formattingDamage } from './problem/formatting-damage.ts'
import { goldForm } from './problem/gold-form.ts'
import { imageDependence } from './problem/image-dependence.ts'
import { links } from './problem/links.ts'
import { promptLanguage } from './problem/prompt-language.ts'
import { promptLength } from './problem/prompt-length.ts'
import { proofRequest } from './problem/proof-request.ts'
import { sourceValidity } from './problem/source-validity.ts'
import { severalQuestions } from './problem/several-questions.ts'
import { contamination } from './problem/contamination.ts'
import { answerContamination } from './sample/answer-contamination.ts'
import { reflection } from './sample/reflection.ts'
import { repeatedLinesFilter } from './sample/repeated-lines.ts'
import { shape } from './sample/shape.ts'
import { steps } from './sample/steps.ts'
import { answerForm } from './sample/answer-form.ts'
import { correctness } from './sample/correctness.ts'
import { finishState } from './sample/finish-state.ts'
import { formatReward } from './sample/format-reward.ts'
import { identity } from './sample/identity.ts'
import { languageConsistency } from './sample/language-consistency.ts'
import { language } from './sample/language.ts'
import { length } from './sample/length.ts'
import { repetition } from './sample/repetition.ts'
import { secret } from './sample/secret.ts'
import { thinkFormat } from './sample/think-format.ts'
import type { ProblemSetFilter, SampleSetFilter } from './set-filter.ts'
import { branchingOutliers } from './set/branching-outliers.ts'
import { diversityDraw } from './set/diversity-draw.ts'
import { lengthOutliers } from './set/length-outliers.ts'
import { longDirectAnswers } from './set/long-direct-answers.ts'
import { nearDuplicate } from './set/near-duplicate.ts'
import { numbersVariants } from './set/numbers-variants.ts'
import { repeatedProblem } from './set/repeated-problem.ts'
import { reusedId } from './set/reused-id.ts'
import { sameWords } from './set/same-words.ts'

/** Every filter of problems; each sees only the problems that the filters before it accepted. */
export const problemFilters: readonly ProblemFilter[] = [
  placeholderPrompt,
  goldSentinel,
  sourceValidity,
  promptLength,
  promptLanguage,
  formattingDamage,
  imageDependence,
  links,
  severalQuestions,
  answerInPrompt,
  proofRequest,
  choiceProblem,
  goldForm,
  codePrompt,
  contamination,
  goldCheck,
]

/** Every set filter of problems; each sees only the problems that the filters before it accepted. */
export const problemSetFilters: readonly ProblemSetFilter[] = [
  reusedId,
  repeatedProblem,
  sameWords,
  nearDuplicate,
  numbersVariants,
]

/**
 * Every filter of one answer, the most fundamental first: the first reason found is the one the ledger counts a loss
 * under, so a trace that was cut off is not reported as wrong, and a wrong one is not reported as too long. The last ones
 * only measure.
 */
export const sampleFilters: readonly SampleFilter[] = [
  finishState,
  thinkFormat,
  correctness,
  answerForm,
  length,
  repetition,
  language,
  identity,
  secret,
  shape,
  repeatedLinesFilter,
  answerContamination,
  formatReward,
  languageConsistency,
  reflection,
  steps,
]

/** Every filter of all answers to one problem; their reasons come after those of the answers themselves. */
export const groupFilters: readonly GroupFilter[] = [
  passRate,
  verbosity,
  repeatedAnswer,
  limoScore,
  fairShare,
]

/** Every set filter of answers; their reasons come last. */
export const sampleSetFilters: readonly SampleSetFilter[] = [
  lengthOutliers,
  longDirectAnswers,
  branchingOutliers,
  diversityDraw,
]

/** The filters of all scopes, in the order in which they run. */
export const allFilters: readonly (Declared & { scope: string })[] = [
  ...problemFilters,
  ...problemSetFilters,
  ...sampleFilters,
  ...groupFilters,
  ...sampleSetFilters,
]
