import type { GroupSample } from './export.ts'

/** A sample with a right answer that the filters keep. */
export function isRight({ verdict, decision }: GroupSample): boolean {
  return verdict.verdict === 'correct' && decision.keep
}

/** A whole answer with a wrong result: nothing but its verdict speaks against it. */
export function isOnlyWrong({ verdict, decision, trace }: GroupSample): boolean {
  return (
    verdict.verdict === 'incorrect' &&
    trace.finish_state === 'complete' &&
    decision.reasons.every((reason) => reason === 'incorrect')
  )
}

export function lengthOf({ trace }: GroupSample): number {
  return trace.reasoning_tokens + trace.answer_tokens
}

/** From the shortest to the longest; equal ones by their index, so that the choice depends on nothing else. */
export function byLength(samples: readonly GroupSample[]): GroupSample[] {
  return samples.toSorted((a, b) => lengthOf(a) - lengthOf(b) || a.trace.sample_index - b.trace.sample_index)
}
