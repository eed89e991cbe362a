import type { Budget } from '../values/budget.ts'
import type { Node } from '../values/expression.ts'
import type { MathOptions } from './options.ts'
import type { Outcome } from './scalar.ts'

/** What every comparison is handed: the policies, the work left, and the comparison of two whole answers for their parts. */
export type Context = {
  /** The problem, which may say that an order matters; empty when unknown. */
  prompt: string
  options: MathOptions
  budget: Budget
  compare: (gold: Node, answer: Node, context: Context) => Outcome
}

export function different(path: string, reason: string): Outcome {
  return { equal: false, path, reason }
}

export function unclear(path: string, reason: string): Outcome {
  return { equal: undefined, path, reason }
}

/** Pairwise comparison in order. */
export function all(
  golds: readonly Node[],
  answers: readonly Node[],
  context: Context,
  path: string,
): Outcome {
  if (golds.length !== answers.length) return different(path, 'different_size')
  let open: Outcome | undefined
  for (const [at, gold] of golds.entries()) {
    const answer = answers[at]
    const outcome =
      answer === undefined ? different(path, 'different_size') : context.compare(gold, answer, context)
    if (outcome.equal === false) return { ...outcome, path }
    if (outcome.equal === undefined) open ??= { ...outcome, path }
  }
  return open ?? { equal: true, path, reason: '' }
}

/** 1 for infinity, -1 for its negative, 0 for everything else. */
export function infinitySign(node: Node): number {
  if (node.kind === 'constant' && node.name === 'infinity') return 1
  return node.kind === 'negative' ? -infinitySign(node.of) : 0
}
