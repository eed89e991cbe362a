import { type Unit, plainUnit } from '../answer-value.ts'
import type { ProblemKind } from '../kind.ts'
import { exactDecimal, rational } from '../rational.ts'
import { mistake, quantity } from '../values.ts'

/** `from` is the smaller unit, `factor` of it make one `to`; the amounts are multiples of `grain`, so decimals end. */
const CONVERSIONS: readonly { from: Unit; to: Unit; factor: number; grain: number }[] = [
  { from: unit('m'), to: unit('km'), factor: 1000, grain: 10 },
  { from: unit('cm'), to: unit('m'), factor: 100, grain: 1 },
  { from: unit('g'), to: unit('kg'), factor: 1000, grain: 5 },
  { from: unit('mL'), to: unit('L'), factor: 1000, grain: 5 },
  { from: unit('min'), to: unit('h'), factor: 60, grain: 3 },
  { from: unit('mm'), to: unit('cm'), factor: 10, grain: 1 },
  { from: { name: 'cm', power: 2 }, to: { name: 'm', power: 2 }, factor: 10_000, grain: 5 },
]

/** Conversions of metric units. */
export const unitConversion: ProblemKind = {
  name: 'unit-conversion',
  task: 'numeric',
  domain: 'measurement',
  draft(random) {
    const { from, to, factor, grain } = random.pick(CONVERSIONS)
    const amount = grain * random.integer(2, 400)
    const shrink = random.chance(0.6)
    const value = shrink ? rational(amount, factor) : rational(amount * factor)
    const [source, target] = shrink ? [from, to] : [to, from]
    const [given, wanted] = [plainUnit(source), plainUnit(target)]
    const shown = exactDecimal(value)!
    const [ten, opposite] = [rational(value.numerator * 10, value.denominator), turned()]
    return {
      prompt: random.pick([
        `Convert ${amount} ${given} to ${wanted}.`,
        `How many ${wanted} are ${amount} ${given}?`,
        `A measurement of ${amount} ${given} is to be written in ${wanted}. What is it?`,
        `Express ${amount} ${given} in ${wanted}.`,
      ]),
      answer: quantity(value, target),
      difficulty: 'easy',
      steps: [
        `One ${plainUnit(to)} is ${factor} ${plainUnit(from)}.`,
        shrink ? `So we divide by ${factor}.` : `So we multiply by ${factor}.`,
        `That gives ${shown} ${wanted}.`,
      ],
      wrong: [
        mistake(quantity(ten, target), `That gives ${exactDecimal(ten)} ${wanted}.`),
        mistake(
          quantity(opposite, target),
          `Going the other way gives ${exactDecimal(opposite, 12)} ${wanted}.`,
        ),
      ],
    }
    function turned(): ReturnType<typeof rational> {
      // 1/60 has no finite decimal; a slip by a factor of a hundred stands in for it.
      if (factor === 60 && !shrink) return rational(amount * 100)
      return shrink ? rational(amount * factor) : rational(amount, factor)
    }
  },
}

function unit(name: string): Unit {
  return { name, power: 1 }
}
