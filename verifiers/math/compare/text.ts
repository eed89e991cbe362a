import { formulaOf } from './formula.ts'
import type { Node } from '../values/expression.ts'
import type { Outcome } from '../evaluate/scalar.ts'

/** Words against words; a symbol or a product of symbols counts as the letters it was written with. */
export function compareTexts(gold: Node, answer: Node): Outcome {
  const a = lettersOf(gold)
  const b = lettersOf(answer)
  if (a === undefined || b === undefined) return { equal: false, path: 'text', reason: 'different_type' }
  const same = fold(a) === fold(b) || withoutNoun(fold(a)) === withoutNoun(fold(b))
  // Co is cobalt, CO a gas: the case of a formula is all that tells them apart.
  const [one, other] = [formulaOf(a), formulaOf(b)]
  if (same && one !== other && a.length > 1)
    return { equal: false, path: 'formula', reason: 'different_formula' }
  return same
    ? { equal: true, path: 'text', reason: '' }
    : { equal: false, path: 'text', reason: 'different_text' }
}

function lettersOf(node: Node): string | undefined {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'symbol':
      return node.name
    case 'constant':
      return node.name
    case 'product': {
      const parts = node.factors.map(lettersOf)
      return parts.includes(undefined) ? undefined : parts.join('')
    }
    default:
      return undefined
  }
}

/** Single letters keep their case: they name things. Longer text does not depend on case, articles or punctuation. */
function fold(text: string): string {
  const words = text
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .trim()
    .split(/\s+/u)
  const kept = words.filter((word) => words.length === 1 || !/^(?:a|an|the)$/iu.test(word)).join(' ')
  return kept.length === 1 ? kept : kept.toLowerCase()
}

/** What an adjective is said of, where the answer may leave it out: `isosceles` and `isosceles triangle`. */
function withoutNoun(text: string): string {
  const plain = STANDARD[text] ?? text
  return plain.replace(
    / (?:triangles?|solutions?|quadrilaterals?|numbers?|functions?|series|sequences?|angles?|lines?|curves?)$/u,
    '',
  )
}

/** Standard phrases in one wording. */
const STANDARD: Readonly<Record<string, string>> = {
  dne: 'does not exist',
  'doesn t exist': 'does not exist',
  'limit does not exist': 'does not exist',
  'no limit': 'does not exist',
  nonexistent: 'does not exist',
  diverge: 'diverges',
  divergent: 'diverges',
  'it diverges': 'diverges',
  converge: 'converges',
  convergent: 'converges',
  'it converges': 'converges',
}
