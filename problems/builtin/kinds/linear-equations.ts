import type { ProblemKind } from '../kind.ts'
import { polynomial } from '../latex.ts'
import { latexRational, rational } from '../rational.ts'
import { fraction, mistake } from '../values.ts'

/** One linear equation with the unknown on both sides; the solution is an integer or a fraction. */
export const linearEquations: ProblemKind = {
  name: 'linear-equations',
  task: 'math',
  domain: 'algebra',
  draft(random) {
    const variable = random.pick(['x', 'y', 't', 'n', 'z'])
    const a = random.integer(2, 15)
    const c = random.pick([-9, -7, -5, -4, -3, -2, 2, 3, 4, 5, 7].filter((value) => value !== a))
    const b = random.integer(-30, 30)
    const d = random.integer(-30, 30)
    const slope = a - c
    const solution = rational(d - b, slope)
    const equation = `${polynomial([b, a], variable)} = ${polynomial([d, c], variable)}`
    const shown = latexRational(solution)
    const left = rational(a * solution.numerator + b * solution.denominator, solution.denominator)
    return {
      prompt: random.pick([
        `Solve for $${variable}$: $${equation}$.`,
        `Find the value of $${variable}$ that satisfies $${equation}$.`,
        `Solve the equation \\[${equation}.\\]`,
        `What is $${variable}$ if $${equation}$?`,
        `Determine the solution of the equation $${equation}$.`,
      ]),
      answer: fraction(solution, variable),
      difficulty: solution.denominator === 1 ? 'easy' : 'medium',
      steps: [
        `Collect the terms with $${variable}$ on one side: $${polynomial([b, slope], variable)} = ${d}$.`,
        `Move the constant: $${polynomial([0, slope], variable)} = ${d - b}$.`,
        `Divide by $${slope}$: $${variable} = ${shown}$.`,
      ],
      checks: [`For $${variable} = ${shown}$ both sides equal $${latexRational(left)}$.`],
      wrong: [
        mistake(
          fraction(rational(d + b, slope), variable),
          `Move the constant: $${polynomial([0, slope], variable)} = ${d + b}$, so ` +
            `$${variable} = ${latexRational(rational(d + b, slope))}$.`,
        ),
        ...(a + c === 0
          ? []
          : [
              mistake(
                fraction(rational(d - b, a + c), variable),
                `The coefficients combine to $${a + c}$, so $${variable} = ${latexRational(rational(d - b, a + c))}$.`,
              ),
            ]),
        mistake(
          fraction(rational(b - d, slope), variable),
          `Dividing gives $${variable} = ${latexRational(rational(b - d, slope))}$.`,
        ),
      ],
    }
  },
}
