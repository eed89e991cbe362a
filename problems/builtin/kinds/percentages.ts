import type { ProblemKind } from '../kind.ts'
import { FIRST_NAMES } from '../names.ts'
import { exactDecimal, rational } from '../rational.ts'
import { decimal, mistake, percent } from '../values.ts'

/** What percentage one amount is of another, and prices after a discount. */
export const percentages: ProblemKind = {
  name: 'percentages',
  task: 'math',
  domain: 'percentages',
  draft(random) {
    return random.chance(0.5) ? share() : discount()

    function share(): ReturnType<ProblemKind['draft']> {
      const total = random.pick([20, 25, 40, 50, 80, 125, 160, 200, 250, 400, 500])
      const part = random.integer(1, total - 1)
      const name = random.pick(FIRST_NAMES)
      const value = rational(100 * part, total)
      const shown = exactDecimal(value)!
      return {
        prompt: random.pick([
          `What percent of ${total} is ${part}?`,
          `${name} answered ${part} of ${total} questions correctly. What percentage is that?`,
          `Out of ${total} seeds, ${part} germinated. Give the share as a percentage.`,
          `Express the ratio ${part} to ${total} as a percentage.`,
        ]),
        answer: percent(value),
        difficulty: 'easy',
        steps: [
          `The share is the fraction $\\frac{${part}}{${total}}$.`,
          `As a percentage it is $100 \\cdot \\frac{${part}}{${total}} = \\frac{${100 * part}}{${total}}$.`,
          `That is $${shown}\\%$.`,
        ],
        checks: [`Taking $${shown}\\%$ of $${total}$ gives back $${part}$.`],
        wrong: [
          mistake(
            percent(rational(100 * (total - part), total)),
            `The remaining part is $${exactDecimal(rational(100 * (total - part), total))}\\%$.`,
          ),
          mistake(
            percent(rational(10 * part, total)),
            `Moving the decimal point gives $${exactDecimal(rational(10 * part, total))}\\%$.`,
          ),
        ],
      }
    }

    function discount(): ReturnType<ProblemKind['draft']> {
      const price = random.integer(12, 240)
      const off = random.pick([5, 10, 12, 15, 20, 25, 30, 35, 40])
      const thing = random.pick(['jacket', 'backpack', 'keyboard', 'bicycle helmet', 'desk lamp', 'tent'])
      const value = rational(price * (100 - off), 100)
      return {
        prompt: random.pick([
          `A ${thing} costs ${price} dollars. It is sold at a discount of ${off}%. What is the sale price in dollars?`,
          `The price of a ${thing}, originally ${price} dollars, is reduced by ${off}%. Find the new price in dollars.`,
          `During a sale every item is ${off}% off. How many dollars does a ${thing} that normally costs ${price} ` +
            `dollars cost in the sale?`,
        ]),
        answer: decimal(value),
        difficulty: 'medium',
        steps: [
          `A discount of ${off}% leaves ${100 - off}% of the price.`,
          `So the new price is $${price} \\cdot ${exactDecimal(rational(100 - off, 100))}$.`,
          `That is ${exactDecimal(value)} dollars.`,
        ],
        checks: [
          `The reduction itself is ${exactDecimal(rational(price * off, 100))} dollars, and adding it to ` +
            `${exactDecimal(value)} gives ${price}.`,
        ],
        wrong: [
          mistake(
            decimal(rational(price * off, 100)),
            `Then ${off}% of ${price} is ${exactDecimal(rational(price * off, 100))} dollars.`,
          ),
          mistake(decimal(rational(price - off)), `Taking off ${off} leaves ${price - off} dollars.`),
          mistake(
            decimal(rational(price * (100 + off), 100)),
            `So the price becomes ${exactDecimal(rational(price * (100 + off), 100))} dollars.`,
          ),
        ],
      }
    }
  },
}
