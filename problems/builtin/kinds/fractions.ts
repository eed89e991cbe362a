import type { ProblemKind } from '../kind.ts'
import { add, divide, latexRational, multiply, rational, subtract } from '../rational.ts'
import { fraction, mistake } from '../values.ts'

/** Sums, differences and products of three fractions. */
export const fractions: ProblemKind = {
  name: 'fractions',
  task: 'math',
  domain: 'arithmetic',
  draft(random) {
    const [a, b, c] = [drawn(), drawn(), drawn()]
    const divides = random.chance(0.3)
    const product = divides ? divide(b, c) : multiply(b, c)
    const minus = random.chance(0.5)
    const value = minus ? subtract(a, product) : add(a, product)
    const sign = minus ? '-' : '+'
    const operator = divides ? '\\div' : '\\cdot'
    const [A, B, C] = [latexRational(a), latexRational(b), latexRational(c)]
    const expression = `${A} ${sign} ${B} ${operator} ${C}`
    const leftFirst = minus ? subtract(a, b) : add(a, b)
    const ordered = divides ? divide(leftFirst, c) : multiply(leftFirst, c)
    const added = rational(
      a.numerator + (minus ? -1 : 1) * product.numerator,
      a.denominator + product.denominator,
    )
    return {
      prompt: random.pick([
        `Compute $${expression}$. Express your answer as a common fraction in lowest terms.`,
        `Write $${expression}$ as a single fraction in simplest form.`,
        `Evaluate \\[${expression}\\] and reduce the result.`,
        `What fraction, in lowest terms, is equal to $${expression}$?`,
      ]),
      answer: fraction(value),
      difficulty: divides ? 'medium' : 'easy',
      steps: [
        divides
          ? `Dividing by $${C}$ is multiplying by its reciprocal, so $${B} \\div ${C} = ${latexRational(product)}$.`
          : `The product comes first: $${B} \\cdot ${C} = ${latexRational(product)}$.`,
        `Now $${A} ${sign} ${latexRational(product)}$ needs the common denominator $${common(a.denominator, product.denominator)}$.`,
        `Combining and reducing gives $${latexRational(value)}$.`,
      ],
      wrong: [
        mistake(
          fraction(ordered),
          `Working from the left, $${A} ${sign} ${B} = ${latexRational(leftFirst)}$, and with $${C}$ that becomes $${latexRational(ordered)}$.`,
        ),
        mistake(fraction(added), `Combining tops and bottoms gives $${latexRational(added)}$.`),
        mistake(
          fraction(minus ? add(a, product) : subtract(a, product)),
          `Putting them together gives $${latexRational(minus ? add(a, product) : subtract(a, product))}$.`,
        ),
      ],
    }
    function drawn(): ReturnType<typeof rational> {
      const denominator = random.integer(2, 12)
      return rational(random.integer(1, denominator - 1), denominator)
    }
  },
}

function common(left: number, right: number): number {
  return left * rational(right, left).numerator
}
