import { answerForm } from './sample/answer-form.ts'
import { correctness } from './sample/correctness.ts'
import type { TraceFilter } from './filter.ts'
import { finishState } from './sample/finish-state.ts'
import { identity } from './sample/identity.ts'
import { language } from './sample/language.ts'
import { length } from './sample/length.ts'
import { repetition } from './sample/repetition.ts'
import { thinkFormat } from './sample/think-format.ts'

/**
 * Every filter, the most fundamental first: the first reason found is the one the ledger counts a loss under, so a trace
 * that was cut off is not reported as wrong, and a wrong one is not reported as too long.
 */
export const traceFilters: readonly TraceFilter[] = [
  finishState,
  thinkFormat,
  correctness,
  answerForm,
  length,
  repetition,
  language,
  identity,
]
