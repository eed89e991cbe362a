import type { AnswerValue } from '../answer-value.ts'
import type { ProblemKind } from '../kind.ts'
import { polynomial } from '../latex.ts'
import { mistake } from '../values.ts'

/** Expanding a product of two binomials, and factoring a quadratic. */
export const polynomials: ProblemKind = {
  name: 'polynomials',
  task: 'math',
  domain: 'algebra',
  draft(random) {
    const variable = random.pick(['x', 'y', 'a', 'm'])
    const [a, c] = [random.integer(1, 6), random.integer(1, 6)]
    const [b, d] = [nonZero(), nonZero()]
    const product = [b * d, a * d + b * c, a * c]
    const factored = `(${polynomial([b, a], variable)})(${polynomial([d, c], variable)})`
    const expanded = polynomial(product, variable)
    const expands = random.chance(0.6) || a !== 1 || c !== 1
    const noMiddle = [b * d, 0, a * c]
    const oneMiddle = [b * d, a * d - b * c, a * c]
    const flipped = [-b * d, a * d + b * c, a * c]
    return {
      prompt: expands
        ? random.pick([
            `Expand and simplify $${factored}$.`,
            `Multiply out $${factored}$ and collect like terms.`,
            `Write the product $${factored}$ as a polynomial in $${variable}$.`,
          ])
        : random.pick([
            `Factor $${expanded}$ over the integers.`,
            `Write $${expanded}$ as a product of two linear factors.`,
            `Factorise the expression $${expanded}$.`,
          ]),
      answer: expression(product, expands ? undefined : factored),
      difficulty: expands ? 'easy' : 'medium',
      steps: expands
        ? [
            `The product of the leading terms is $${polynomial([0, 0, a * c], variable)}$.`,
            `The mixed terms are $${polynomial([0, a * d], variable)}$ and $${polynomial([0, b * c], variable)}$.`,
            `The product of the constants is $${b * d}$.`,
            `Collecting everything gives $${expanded}$.`,
          ]
        : [
            `We need two numbers with product $${b * d}$ and sum $${b + d}$.`,
            `These are $${b}$ and $${d}$.`,
            `Therefore $${expanded} = ${factored}$.`,
          ],
      checks: [`For $${variable} = 1$ both forms give $${(a + b) * (c + d)}$.`],
      wrong: [noMiddle, oneMiddle, flipped].map((coefficients, index) => {
        const shown = polynomial(coefficients, variable)
        const factors = `(${polynomial([-b, a], variable)})(${polynomial([index === 0 ? -d : d + index, c], variable)})`
        return expands
          ? mistake(expression(coefficients), `Collecting everything gives $${shown}$.`)
          : mistake(
              expression(factorProduct(-b, index === 0 ? -d : d + index), factors),
              `So the factors are $${factors}$.`,
            )
      }),
    }
    function nonZero(): number {
      return random.pick([-11, -9, -8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    }
    function expression(coefficients: number[], product?: string): AnswerValue {
      return {
        kind: 'polynomial',
        coefficients,
        variable,
        ...(product === undefined ? {} : { factored: product }),
      }
    }
  },
}

/** Coefficients of the product of two monic linear factors with these constants. */
function factorProduct(left: number, right: number): number[] {
  return [left * right, left + right, 1]
}
