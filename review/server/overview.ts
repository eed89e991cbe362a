import type { Drawn } from '../draw/draw-sample.ts'
import { lowerBound, upperBound } from '../verdicts/binomial.ts'
import { percent, type GateState } from '../verdicts/gate.ts'
import { verdictsOf, type ReviewState } from '../verdicts/states.ts'

/** A pair in the list of a reviewer, with what they think of it. */
export type ListedPair = Drawn & {
  verdict?: 'accept' | 'reject'
  reason?: string
  flag?: boolean
  hasNote?: boolean
  isVoid?: boolean
}

/** How far a reviewer has come, and what all reviewers together say. */
export type Overview = {
  name: string
  seed: number
  pairs: ListedPair[]
  progress: { done: number; total: number; rejected: number; sentence: string }
  gate: (GateState & { reviewed: number; defects: number }) | null
  agreement: string
}

/** @param contentHash of the texts that the pair has now, where it is known */
export function listedPair(
  drawn: Drawn,
  state: ReviewState | undefined,
  contentHash: string | undefined,
): ListedPair {
  const verdict = state && verdictsOf(new Map([[state.reviewer, state]]), contentHash).get(state.reviewer)
  return {
    ...drawn,
    ...(verdict && { verdict }),
    ...(verdict && state?.reason !== undefined && { reason: state.reason }),
    ...(state?.flag === true && { flag: true }),
    ...(state?.note !== undefined && state.note !== '' && { hasNote: true }),
    ...(state?.verdict !== undefined && verdict === undefined && { isVoid: true }),
  }
}

/** What a reviewer has judged of their list; only random pairs speak of the dataset. */
export function progressOf(pairs: readonly ListedPair[]): Overview['progress'] {
  const random = pairs.filter(({ why }) => why === 'random')
  const judged = random.filter(({ verdict }) => verdict !== undefined)
  const rejected = judged.filter(({ verdict }) => verdict === 'reject').length
  const done = pairs.filter(({ verdict }) => verdict !== undefined).length
  const risky = pairs.length - random.length
  const [low, high] = [lowerBound, upperBound].map((bound) =>
    judged.length === 0 ? 0 : bound(rejected, judged.length, 0.975),
  )
  return {
    done,
    total: pairs.length,
    rejected,
    sentence: [
      judged.length === 0
        ? 'no random pair judged yet'
        : `${rejected} of ${judged.length} random pairs rejected (${percent(rejected / judged.length)}; ${percent(low!)} to ${percent(high!)})`,
      ...(risky > 0 ? [`${risky} picked by risk, which do not count`] : []),
    ].join('; '),
  }
}
