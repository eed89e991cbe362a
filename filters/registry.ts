import { answerForm } from './answer-form.ts'
import { correctness } from './correctness.ts'
import type { TraceFilter } from './filter.ts'
import { finishState } from './finish-state.ts'
import { identity } from './identity.ts'
import { language } from './language.ts'
import { length } from './length.ts'
import { repetition } from './repetition.ts'
import { thinkFormat } from './think-format.ts'

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
