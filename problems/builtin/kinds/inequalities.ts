import type { AnswerValue } from '../answer-value.ts'
import type { ProblemKind } from '../kind.ts'
import { polynomial } from '../latex.ts'
import { type Rational, latexRational, rational } from '../rational.ts'
import { mistake } from '../values.ts'

/** Linear and quadratic inequalities; the answer is an interval. */
export const inequalities: ProblemKind = {
  name: 'inequalities',
  task: 'math',
  domain: 'algebra',
  draft(random) {
    const strict = random.chance(0.5)
    return random.chance(0.5) ? linear() : quadratic()

    function linear(): ReturnType<ProblemKind['draft']> {
      const slope = random.pick([-6, -5, -4, -3, -2, 2, 3, 4, 5, 7])
      const [b, c] = [random.integer(-25, 25), random.integer(-25, 25)]
      const bound = rational(c - b, slope)
      const above = slope < 0
      const sign = strict ? '<' : '\\le'
      const inequality = `${polynomial([b, slope], 'x')} ${sign} ${c}`
      const flipped = { '<': '>', '\\le': '\\ge' }[sign]
      const shown = latexRational(bound)
      return {
        prompt: random.pick([
          `Solve the inequality $${inequality}$. Express your answer in interval notation.`,
          `For which real $x$ is $${inequality}$? Give the solution as an interval.`,
          `Find the solution set of $${inequality}$ in interval notation.`,
        ]),
        answer: above ? ray(bound, null) : ray(null, bound),
        difficulty: 'easy',
        steps: [
          `Subtracting the constant gives $${polynomial([0, slope], 'x')} ${sign} ${c - b}$.`,
          above
            ? `Dividing by the negative number $${slope}$ turns the sign around: $x ${flipped} ${shown}$.`
            : `Dividing by the positive number $${slope}$ keeps the sign: $x ${sign} ${shown}$.`,
          `As an interval this is $${above ? `${strict ? '(' : '['}${shown}, \\infty)` : `(-\\infty, ${shown}${strict ? ')' : ']'}`}$.`,
        ],
        wrong: [
          mistake(
            above ? ray(null, bound) : ray(bound, null),
            `Dividing by $${slope}$ puts $x$ on the other side of $${shown}$.`,
          ),
          mistake(
            above ? ray(rational(c + b, slope), null) : ray(null, rational(c + b, slope)),
            `The bound is $${latexRational(rational(c + b, slope))}$.`,
          ),
        ],
      }
    }

    function quadratic(): ReturnType<ProblemKind['draft']> {
      const low = random.integer(-14, 10)
      const high = low + random.integer(1, 12)
      const sign = strict ? '<' : '\\le'
      const inequality = `${polynomial([low * high, -(low + high), 1], 'x')} ${sign} 0`
      const [left, right] = strict ? ['(', ')'] : ['[', ']']
      return {
        prompt: random.pick([
          `Find all real $x$ with $${inequality}$. Write the answer as an interval.`,
          `Solve $${inequality}$ and express the solution in interval notation.`,
          `On which interval does $${inequality}$ hold?`,
        ]),
        answer: between(rational(low), rational(high), !strict),
        difficulty: 'medium',
        steps: [
          `The left side factors as $(${polynomial([-low, 1], 'x')})(${polynomial([-high, 1], 'x')})$.`,
          `The zeros are $${low}$ and $${high}$, and the parabola opens upwards.`,
          `So the expression is ${strict ? 'negative' : 'at most zero'} exactly on $${left}${low}, ${high}${right}$.`,
        ],
        checks: [
          `At the midpoint $x = ${(low + high) / 2}$ the left side is $${-(((high - low) / 2) ** 2)}$, which is negative.`,
        ],
        wrong: [
          mistake(
            between(rational(-high), rational(-low), !strict),
            `The zeros are $${-high}$ and $${-low}$, which gives $${left}${-high}, ${-low}${right}$.`,
          ),
          mistake(
            between(rational(low), rational(high), strict),
            `Between the zeros it holds, so the interval is $${strict ? '[' : '('}${low}, ${high}${strict ? ']' : ')'}$.`,
          ),
          mistake(
            between(rational(low), rational(high + 1), !strict),
            `The interval is $${left}${low}, ${high + 1}${right}$.`,
          ),
        ],
      }
    }

    function ray(low: Rational | null, high: Rational | null): AnswerValue {
      return {
        kind: 'interval',
        low: { at: low, closed: low !== null && !strict },
        high: { at: high, closed: high !== null && !strict },
        variable: 'x',
      }
    }
  },
}

function between(low: Rational, high: Rational, closed: boolean): AnswerValue {
  return { kind: 'interval', low: { at: low, closed }, high: { at: high, closed }, variable: 'x' }
}
