/** A capital with an inverse, a transpose or an adjoint is hardly a number. */
const MATRIX_LIKE =
  /[A-Z](?:_\w)?\s?\^\s?(?:\{\s?)?(?:-\s?1|T\b|\\top|\\mathsf|\\mathrm\{T|\\dagger|H\b|t\b|\*)/u
const MATRIX_PROBLEM =
  /\bmatri(?:x|ces)\b|\bquaternions?\b|\blinear (?:operators?|maps?|transformations?)\b|\bpermutations?\b|\bcompos(?:e|ition)\b|\bnon-?commut\w*|\bgroup elements?\b/iu
const VECTOR_PROBLEM =
  /\bvectors?\b|\bcross product\b|\btorque\b|\bangular momentum\b|\bnormal (?:to|of|vector)\b/iu
const CROSS = /[a-zA-Z}]\s?(?:\\times|×)\s?(?:\\(?:vec|mathbf|overrightarrow|boldsymbol)|[a-zA-Z])/u
const SIZE_PROBLEM = /\b(?:size|dimensions?|order|shape|rows?|columns?|resolution|format)\b/iu
const SIZE = /^[\s$]*\d+\s?(?:\\times|×|x|by)\s?\d+[\s$.]*$/u

/**
 * Whether two equal answers have the factors of a product in another order where products may not commute: matrices,
 * cross products, the sizes of matrices. Sums commute always.
 */
export function isReordered(gold: string, answer: string, prompt: string): boolean {
  if (SIZE.test(gold) && SIZE.test(answer) && SIZE_PROBLEM.test(prompt))
    return (gold.match(/\d+/gu) ?? []).join() !== (answer.match(/\d+/gu) ?? []).join()
  const crossed =
    (CROSS.test(gold) || CROSS.test(answer)) &&
    (VECTOR_PROBLEM.test(prompt) || /\\(?:vec|mathbf|overrightarrow)/u.test(gold + answer))
  if (crossed) return factors(gold, /[a-zA-Z]/gu) !== factors(answer, /[a-zA-Z]/gu)
  if (!MATRIX_LIKE.test(gold) && !MATRIX_LIKE.test(answer) && !MATRIX_PROBLEM.test(prompt)) return false
  return factors(gold, /[A-Z]/gu) !== factors(answer, /[A-Z]/gu)
}

/** The letters of every product in their order, the products of a sum in any. */
function factors(text: string, letters: RegExp): string {
  const plain = text
    .replace(/\^\s?(?:\{[^{}]*\}|\\?[a-zA-Z]+|\S)/gu, '')
    .replace(/\\(?:text|mathrm|mathbf|vec|boldsymbol|overrightarrow|bm)(?![a-zA-Z])|\\[a-zA-Z]+/gu, ' ')
  return plain
    .slice(plain.lastIndexOf('=') + 1)
    .split(/[-+]/u)
    .map((term) => (term.match(letters) ?? []).join(''))
    .filter((term) => term.length > 1)
    .toSorted()
    .join(' ')
}
