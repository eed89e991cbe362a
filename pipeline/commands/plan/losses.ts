import type { RunContext } from '../../recipe/run-context.ts'
import type { SeenProblem } from './observed.ts'

/** What became of the pilot's answers and problems, each loss with its reason, as the ledger counts them. */
export type Losses = {
  arms: {
    arm: string
    samples: number
    correct: number
    /** Answers that a verifier decided on. */
    checked: number
    cut: number
    kept: number
    /** Answers that were not kept, by reason. */
    lost: Record<string, number>
    /** Completion tokens of an answer: the middle one, and the one that nine of ten do not exceed. */
    median_tokens: number
    p90_tokens: number
  }[]
  pairs: { problems: number; paired: number; lost: Record<string, number> }
}

export function lossesOf({ arms }: RunContext, seen: readonly SeenProblem[]): Losses {
  const samples = seen.flatMap((problem) => problem.samples)
  return {
    arms: arms.map(({ name }) => {
      const own = samples.filter(({ arm }) => arm === name)
      const lengths = own
        .flatMap(({ completion }) => (completion > 0 ? [completion] : []))
        .toSorted((a, b) => a - b)
      return {
        arm: name,
        samples: own.length,
        correct: own.filter(({ verdict }) => verdict === 'correct').length,
        checked: own.filter(({ verdict }) => verdict === 'correct' || verdict === 'incorrect').length,
        cut: own.filter(({ cut }) => cut).length,
        kept: own.filter(({ kept }) => kept).length,
        lost: counted(own.filter(({ kept }) => !kept).map(({ reason }) => reason || 'unknown')),
        median_tokens: at(lengths, 0.5),
        p90_tokens: at(lengths, 0.9),
      }
    }),
    pairs: {
      problems: seen.length,
      paired: seen.filter(({ lost }) => lost === '').length,
      lost: counted(seen.flatMap(({ lost }) => (lost === '' ? [] : [lost]))),
    },
  }
}

function counted(reasons: readonly string[]): Record<string, number> {
  const groups = Map.groupBy(reasons, (reason) => reason)
  return Object.fromEntries(
    [...groups]
      .map(([reason, all]) => [reason, all.length] as const)
      .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
  )
}

/** The value that this share of sorted ones does not exceed. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
