import type { ProblemKind } from '../kind.ts'
import { latexRational, rational } from '../rational.ts'
import { fraction, mistake } from '../values.ts'

/** Logarithms of powers to another power as base, and exponential equations. */
export const logarithms: ProblemKind = {
  name: 'logarithms',
  task: 'math',
  domain: 'algebra',
  draft(random) {
    const root = random.pick([2, 3, 5, 7, 10])
    const most = root === 2 ? 12 : root === 3 ? 8 : 6
    const p = random.integer(1, 5)
    const q = random.pick(
      [-4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8].filter((value) => value !== p && value <= most),
    )
    const base = root ** p
    const argument = q < 0 ? `\\frac{1}{${root ** -q}}` : String(root ** q)
    const extra = random.integer(0, 9)
    const exponent = extra === 0 ? 'x' : `x + ${extra}`
    const value = rational(q - p * extra, p)
    const asLogarithm = random.chance(0.35)
    const result = asLogarithm ? rational(q, p) : value
    const inverse = rational(p, q)
    return {
      prompt: asLogarithm
        ? random.pick([
            `Evaluate $\\log_{${base}} ${argument}$.`,
            `What is the exact value of $\\log_{${base}}\\left(${argument}\\right)$?`,
            `Simplify $\\log_{${base}} ${argument}$ to a rational number.`,
          ])
        : random.pick([
            `Solve $${base}^{${exponent}} = ${argument}$ for $x$.`,
            `Find the real number $x$ with $${base}^{${exponent}} = ${argument}$.`,
            `For which $x$ does $${base}^{${exponent}} = ${argument}$ hold?`,
          ]),
      answer: asLogarithm ? fraction(result) : fraction(result, 'x'),
      difficulty: 'medium',
      steps: [
        `Write both numbers as powers of $${root}$: $${base} = ${root}^{${p}}$ and $${argument} = ${root}^{${q}}$.`,
        asLogarithm
          ? `The logarithm $t$ satisfies $${p} t = ${q}$.`
          : `Comparing exponents, $${p}(${exponent}) = ${q}$.`,
        asLogarithm ? `So the value is $${latexRational(result)}$.` : `So $x = ${latexRational(result)}$.`,
      ],
      wrong: [
        mistake(
          fraction(asLogarithm ? inverse : rational(p - q * extra, q)),
          `Solving gives $${latexRational(asLogarithm ? inverse : rational(p - q * extra, q))}$.`,
        ),
        mistake(fraction(rational(q - p)), `The exponents differ by $${q - p}$.`),
        mistake(
          fraction(rational(-result.numerator, result.denominator)),
          `Solving gives $${latexRational(rational(-result.numerator, result.denominator))}$.`,
        ),
      ],
    }
  },
}
