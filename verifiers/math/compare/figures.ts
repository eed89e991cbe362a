import { different } from '../evaluate/context.ts'
import type { Outcome } from '../evaluate/scalar.ts'
import type { Node } from '../values/expression.ts'

type RelationNode = Extract<Node, { kind: 'relation' }>

/**
 * Similar or congruent figures, `\triangle ABC \sim \triangle DEF`: the order of the letters says which corners belong
 * together; `undefined` for any other relations.
 */
export function compareFigures(gold: RelationNode, answer: RelationNode): Outcome | undefined {
  const a = cornersOf(gold)
  const b = cornersOf(answer)
  if (a === undefined || b === undefined) return undefined
  return a.join() === b.join() || a.join() === turned(b).join()
    ? { equal: true, path: 'figures', reason: '' }
    : different('figures', 'different_corners')
}

/** Pairs of corners in alphabetical order. */
function cornersOf(node: RelationNode): string[] | undefined {
  if (node.operators.length !== 1 || node.operators[0] !== '~') return undefined
  const [left, right] = node.operands.map(lettersOf)
  if (left === undefined || right === undefined || left.length !== right.length) return undefined
  return left.map((letter, at) => `${letter} ${right[at]}`).toSorted()
}

function turned(corners: readonly string[]): string[] {
  return corners.map((corner) => corner.split(' ').toReversed().join(' ')).toSorted()
}

function lettersOf(node: Node): string[] | undefined {
  const named = node.kind === 'apply' && node.name === 'triangle' ? node.args[0] : node
  if (named?.kind !== 'product' || named.factors.length < 3) return undefined
  const letters = named.factors.map((part) =>
    part.kind === 'symbol' && /^\p{Lu}/u.test(part.name) ? part.name : '',
  )
  return letters.includes('') ? undefined : letters
}
