import { boxedInstruction } from './boxed-instruction.ts'
import { z } from 'zod'
import { BudgetExceeded, newBudget, type Budget } from './math/values/budget.ts'
import { evaluateComplex } from './math/evaluate/complex.ts'
import { evaluateExact } from './math/evaluate/exact.ts'
import { symbolsOf, type Node } from './math/values/expression.ts'
import { withDecimalPoints } from './math/extract/decimal-comma.ts'
import { MathOptions, verifyMath } from './math/math.ts'
import { multiply, toNumber, type Rational } from './math/values/rational.ts'
import { parseAnswer } from './math/parse/parser.ts'
import { quantities } from './math/extract/readings.ts'
import type { Verifier } from './verifier.ts'

export const NumericOptions = z.strictObject({
  relative_tolerance: z
    .number()
    .min(0)
    .max(0.5)
    .default(1e-6)
    .describe(
      'largest difference in relation to the reference; two whole numbers must be equal whatever it is',
    ),
  absolute_tolerance: z
    .number()
    .min(0)
    .default(0)
    .describe('largest difference in the unit of the reference'),
  /** How percent signs, units and prose are understood, as in the math verifier. */
  math: MathOptions.default(MathOptions.parse({})),
})
export type NumericOptions = z.infer<typeof NumericOptions>

/** Numbers with units, compared with a tolerance: the math verifier, and where it says different, how far apart. */
export const numericVerifier: Verifier<NumericOptions> = {
  name: 'numeric',
  version: '5',
  options: NumericOptions,
  instruction: `${boxedInstruction} Give the unit if the question asks for one.`,
  verify(input, options) {
    const exact = verifyMath(input, options.math)
    if (exact.verdict !== 'incorrect' || APART.has(exact.reason)) return exact
    for (const text of withDecimalPoints(input, options.math).answers) {
      if (areNear(text, exact.extracted, options)) {
        return { ...exact, verdict: 'correct', path: 'tolerance', reason: 'within_tolerance' }
      }
    }
    return exact
  },
}

/** Reasons that hold however near the numbers are. */
const APART: ReadonlySet<string> = new Set(['opposite', 'different_currency'])

/** A number in the base unit of what it measures. */
type Measured = {
  value: number
  dimension: string | undefined
  integer: boolean
  percent: boolean
  factor: number
}

/** Letters that could as well be symbols are units where both sides read as quantities of the same kind. */
function areNear(goldText: string, answerText: string, options: NumericOptions): boolean {
  for (const certain of [true, false]) {
    const gold = measure(goldText, certain)
    const answer = measure(answerText, certain)
    if (gold === undefined || answer === undefined) continue
    const measured = gold.dimension !== undefined && answer.dimension !== undefined
    if ((certain || measured) && isNear(gold, answer, options)) return true
  }
  return false
}

function measure(text: string, certain: boolean): Measured | undefined {
  const budget = newBudget(20_000)
  try {
    const node = quantities(text, budget, certain)[0] ?? parseAnswer(text, budget)
    return node === undefined ? undefined : measureNode(node, budget)
  } catch (error) {
    if (error instanceof BudgetExceeded || error instanceof RangeError) return undefined
    throw error
  }
}

function measureNode(node: Node, budget: Budget): Measured | undefined {
  let core = node.kind === 'relation' && node.operands.length === 2 ? (node.operands[1] ?? node) : node
  let dimension: string | undefined
  let factor: Rational = { num: 1n, den: 1n }
  let percent = false
  while (core.kind === 'marked') {
    if (core.mark.type === 'percent') percent = true
    if (core.mark.type === 'unit') {
      dimension = core.mark.unit.dimension
      factor = multiply(factor, core.mark.unit.factor)
    }
    core = core.of
  }
  if (symbolsOf(core).size > 0) return undefined
  const exact = evaluateExact(core, budget)
  const sampled =
    exact === undefined
      ? evaluateComplex(core, { index: 0, positive: true, budget, scale: 0, opaque: false })
      : { re: toNumber(exact), im: 0 }
  if (sampled === undefined || sampled.im !== 0) return undefined
  return {
    value: sampled.re,
    dimension,
    integer: exact?.den === 1n && dimension === undefined,
    percent,
    factor: toNumber(factor),
  }
}

function isNear(gold: Measured, answer: Measured, options: NumericOptions): boolean {
  if (gold.integer && answer.integer) return false
  if (gold.percent !== answer.percent) return false
  const scaled = gold.dimension !== undefined && gold.dimension === answer.dimension
  if (!scaled && gold.dimension !== undefined && answer.dimension !== undefined) return false
  const value = scaled ? (answer.value * answer.factor) / gold.factor : answer.value
  const allowed = Math.max(options.absolute_tolerance, options.relative_tolerance * Math.abs(gold.value))
  return Math.abs(value - gold.value) <= allowed
}
