import type { ProblemKind } from '../kind.ts'
import { bracketed } from '../latex.ts'
import { mistake, whole } from '../values.ts'

/** Order of operations with integers. */
export const arithmetic: ProblemKind = {
  name: 'arithmetic',
  task: 'math',
  domain: 'arithmetic',
  draft(random) {
    const a = random.integer(12, 99)
    const b = random.integer(2, 19)
    const c = random.integer(2, 30)
    const d = random.integer(2, 30)
    const e = random.integer(2, 60)
    const inner = c - d
    const product = b * inner
    const value = a + product - e
    const expression = `${a} + ${b} \\cdot (${c} - ${d}) - ${e}`
    return {
      prompt: random.pick([
        `Evaluate $${expression}$.`,
        `What is the value of $${expression}$?`,
        `Compute the following expression: $${expression}$`,
        `Simplify $${expression}$ to a single integer.`,
        `Find the value of \\[${expression}.\\]`,
      ]),
      answer: whole(value),
      difficulty: 'easy',
      steps: [
        `Inside the parentheses, $${c} - ${d} = ${inner}$.`,
        `Multiplication comes before addition: $${b} \\cdot ${bracketed(inner)} = ${product}$.`,
        `From left to right, $${a} + ${bracketed(product)} = ${a + product}$.`,
        `Then $${a + product} - ${e} = ${value}$.`,
      ],
      checks: [
        `Undoing the last steps, $${value} + ${e} - ${a} = ${product}$, which is $${b}$ times $${inner}$.`,
      ],
      wrong: [
        mistake(
          whole((a + b) * inner - e),
          `From left to right, $(${a} + ${b}) \\cdot ${bracketed(inner)} - ${e} = ${(a + b) * inner - e}$.`,
        ),
        mistake(
          whole(a + b * c - d - e),
          `So the expression is $${a} + ${b * c} - ${d} - ${e} = ${a + b * c - d - e}$.`,
        ),
        mistake(whole(value + 10), `Adding everything up gives $${value + 10}$.`),
      ],
    }
  },
}
