import type { AnswerValue } from '../answer-value.ts'
import type { Draft, ProblemKind } from '../kind.ts'
import { bracketed } from '../latex.ts'
import { type Rational, latexRational, rational } from '../rational.ts'
import { mistake } from '../values.ts'

/** Midpoints (ordered pairs) and distances with a square root. */
export const coordinates: ProblemKind = {
  name: 'coordinates',
  task: 'math',
  domain: 'geometry',
  draft(random) {
    const [x1, y1, x2, y2] = [random.integer(-15, 15), random.integer(-15, 15), random.integer(-15, 15), 0]
    const y = y2 + random.integer(-15, 15)
    return random.chance(0.5) ? midpoint() : distance()

    function midpoint(): Draft {
      const value = [rational(x1 + x2, 2), rational(y1 + y, 2)]
      const half = [rational(x2 - x1, 2), rational(y - y1, 2)]
      const total = [rational(x1 + x2), rational(y1 + y)]
      return {
        prompt: random.pick([
          `Find the midpoint of the segment with endpoints $(${x1}, ${y1})$ and $(${x2}, ${y})$.`,
          `What are the coordinates of the midpoint between $A(${x1}, ${y1})$ and $B(${x2}, ${y})$?`,
          `The points $P = (${x1}, ${y1})$ and $Q = (${x2}, ${y})$ are given. Determine the midpoint of $PQ$.`,
        ]),
        answer: point(value),
        difficulty: 'easy',
        steps: [
          `The first coordinate is $\\frac{${x1} + ${bracketed(x2)}}{2} = ${latexRational(value[0]!)}$.`,
          `The second coordinate is $\\frac{${y1} + ${bracketed(y)}}{2} = ${latexRational(value[1]!)}$.`,
          `The midpoint is $${shown(value)}$.`,
        ],
        wrong: [
          mistake(point(half), `Half of the differences gives $${shown(half)}$.`),
          mistake(point(total), `Adding the coordinates gives $${shown(total)}$.`),
          mistake(point([value[1]!, value[0]!]), `The midpoint is $${shown([value[1]!, value[0]!])}$.`),
        ],
      }
    }

    function distance(): Draft {
      const square = (x2 - x1) ** 2 + (y - y1) ** 2
      const coarse = Math.abs(x2 - x1) + Math.abs(y - y1)
      const other = (x2 + x1) ** 2 + (y + y1) ** 2
      return {
        prompt: random.pick([
          `Find the distance between the points $(${x1}, ${y1})$ and $(${x2}, ${y})$ in simplest radical form.`,
          `How far is $A(${x1}, ${y1})$ from $B(${x2}, ${y})$? Give the exact value.`,
          `What is the exact length of the segment from $(${x1}, ${y1})$ to $(${x2}, ${y})$?`,
        ]),
        answer: root(square),
        difficulty: 'medium',
        steps: [
          `The differences of the coordinates are $${x2 - x1}$ and $${y - y1}$.`,
          `The square of the distance is $${(x2 - x1) ** 2} + ${(y - y1) ** 2} = ${square}$.`,
          `The distance is $\\sqrt{${square}}$, in simplest form $${rootText(square)}$.`,
        ],
        wrong: [
          mistake(root(coarse * coarse), `Adding the two differences gives $${coarse}$.`),
          mistake(root(other), `The distance comes out as $${rootText(other)}$.`),
          mistake(root(square * square), `That makes the distance $${square}$.`),
        ],
      }
    }
  },
}

function point(members: Rational[]): AnswerValue {
  return { kind: 'tuple', members }
}

function shown(members: readonly Rational[]): string {
  return `(${members.map((member) => latexRational(member)).join(', ')})`
}

/** The square root of a whole number with the square factors taken out. */
function root(square: number): AnswerValue {
  const { outside, inside } = simplify(square)
  if (inside === 1 || square === 0) return { kind: 'number', value: rational(outside), style: 'fraction' }
  return { kind: 'multiple', coefficient: rational(outside), of: `\\sqrt{${inside}}` }
}

function rootText(square: number): string {
  const { outside, inside } = simplify(square)
  if (inside === 1) return String(outside)
  return outside === 1 ? `\\sqrt{${inside}}` : `${outside}\\sqrt{${inside}}`
}

function simplify(square: number): { outside: number; inside: number } {
  if (square === 0) return { outside: 0, inside: 1 }
  let [outside, inside] = [1, square]
  for (let factor = 2; factor * factor <= inside; factor++) {
    while (inside % (factor * factor) === 0) {
      outside *= factor
      inside /= factor * factor
    }
  }
  return { outside, inside }
}
