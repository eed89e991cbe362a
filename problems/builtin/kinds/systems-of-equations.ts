import type { AnswerValue } from '../answer-value.ts'
import type { ProblemKind } from '../kind.ts'
import { bracketed, sum } from '../latex.ts'
import { rational } from '../rational.ts'
import { mistake } from '../values.ts'

/** Two linear equations in two unknowns; the answer is an ordered pair. */
export const systemsOfEquations: ProblemKind = {
  name: 'systems-of-equations',
  task: 'math',
  domain: 'algebra',
  draft(random) {
    const [x, y] = [random.integer(-12, 12), random.integer(-12, 12)]
    const [a, b] = [random.integer(1, 7), random.pick([-5, -4, -3, -2, 2, 3, 4, 5])]
    const c = random.integer(1, 7)
    const d = random.pick([-5, -3, -2, -1, 1, 2, 3, 4].filter((value) => a * value !== b * c))
    const [right, lower] = [a * x + b * y, c * x + d * y]
    const determinant = a * d - b * c
    const first = `${equationSide(a, b)} = ${right}`
    const second = `${equationSide(c, d)} = ${lower}`
    return {
      prompt: random.pick([
        `Solve the system $${first}$, $${second}$ and give the solution as an ordered pair $(x, y)$.`,
        `Find the ordered pair $(x, y)$ that satisfies both $${first}$ and $${second}$.`,
        `Determine $(x, y)$ if \\begin{align*} ${equationSide(a, b)} &= ${right}, \\\\ ${equationSide(c, d)} &= ${lower}. \\end{align*}`,
      ]),
      answer: pair(x, y),
      difficulty: 'medium',
      steps: [
        `Multiply the first equation by $${d}$ and the second by $${b}$ and subtract; $y$ drops out.`,
        `This leaves $${determinant} x = ${d * right - b * lower}$, hence $x = ${x}$.`,
        `Put $x = ${x}$ into the first equation: $${sum([{ coefficient: b, symbol: 'y' }])} = ${right} - ${bracketed(a * x)} = ${b * y}$.`,
        `So $y = ${y}$ and the solution is $(${x}, ${y})$.`,
      ],
      checks: [
        `In the second equation $${c} \\cdot ${bracketed(x)} + ${bracketed(d)} \\cdot ${bracketed(y)} = ${lower}$, as required.`,
      ],
      wrong: [
        mistake(pair(x, -y), `With the sign of the $y$ term turned around, the solution is $(${x}, ${-y})$.`),
        mistake(pair(y, x), `The two values are $${y}$ and $${x}$, so the pair is $(${y}, ${x})$.`),
        mistake(pair(x + 1, y - 1), `Back-substitution gives $(${x + 1}, ${y - 1})$.`),
      ],
    }
  },
}

function equationSide(a: number, b: number): string {
  return sum([
    { coefficient: a, symbol: 'x' },
    { coefficient: b, symbol: 'y' },
  ])
}

function pair(x: number, y: number): AnswerValue {
  return { kind: 'tuple', members: [rational(x), rational(y)], variables: ['x', 'y'] }
}
