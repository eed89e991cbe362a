import type { Unit } from '../answer-value.ts'
import type { ProblemKind } from '../kind.ts'
import { type Rational, exactDecimal, rational } from '../rational.ts'
import { mistake, quantity } from '../values.ts'

/** A law of the form `a = b · c`; all three ways of asking come from it. */
type Law = {
  product: [string, Unit]
  left: [string, Unit]
  right: [string, Unit]
  subject: readonly string[]
  verb: string
}

const LAWS: readonly Law[] = [
  {
    product: ['distance', unit('km')],
    left: ['average speed', unit('km/h')],
    right: ['travel time', unit('h')],
    subject: ['train', 'cyclist', 'truck', 'ferry', 'courier'],
    verb: 'on a trip',
  },
  {
    product: ['mass', unit('g')],
    left: ['density', unit('g/mL')],
    right: ['volume', unit('mL')],
    subject: ['liquid sample', 'mineral sample', 'metal casting', 'syrup sample'],
    verb: 'in the laboratory',
  },
  {
    product: ['voltage', unit('V')],
    left: ['resistance', unit('Ω')],
    right: ['current', unit('A')],
    subject: ['heater', 'lamp', 'resistor', 'test circuit'],
    verb: 'in steady operation',
  },
  {
    product: ['force', unit('N')],
    left: ['mass', unit('kg')],
    right: ['acceleration', { name: 'm/s', power: 2 }],
    subject: ['cart', 'crate', 'sled', 'trolley'],
    verb: 'on a frictionless track',
  },
  {
    product: ['energy', unit('J')],
    left: ['power', unit('W')],
    right: ['time', unit('s')],
    subject: ['motor', 'pump', 'fan', 'winch'],
    verb: 'during one run',
  },
]

/** One-step problems of elementary physics and chemistry with units. */
export const physics: ProblemKind = {
  name: 'physics',
  task: 'numeric',
  domain: 'physics',
  draft(random) {
    const law = random.pick(LAWS)
    const subject = random.pick(law.subject)
    const left = rational(random.integer(4, 180), random.pick([1, 2]))
    const right = rational(random.integer(2, 48), random.pick([1, 2, 4]))
    const product = rational(left.numerator * right.numerator, left.denominator * right.denominator)
    const parts = { product, left, right }
    const asked = random.pick(['product', 'left', 'right'] as const)
    const given = (['product', 'left', 'right'] as const).filter((part) => part !== asked)
    const [name, wanted] = law[asked]
    const value = parts[asked]
    const facts = given.map((part) => `${law[part][0]} ${amount(parts[part], law[part][1])}`)
    const formula =
      asked === 'product'
        ? `${name} = ${law.left[0]} · ${law.right[0]}`
        : `${name} = ${law.product[0]} / ${law[asked === 'left' ? 'right' : 'left'][0]}`
    const doubled = rational(value.numerator * 2, value.denominator)
    const scaled = rational(value.numerator * 10, value.denominator)
    return {
      prompt: random.pick([
        `For a ${subject} ${law.verb}, the following is known: ${facts.join(' and ')}. Find the ${name} in ${symbol(wanted)}.`,
        `Measured for a ${subject} ${law.verb}: ${facts.join(', ')}. What is the ${name}, in ${symbol(wanted)}?`,
        `Given ${facts.join(' and ')} for a ${subject} ${law.verb}, calculate the ${name} (in ${symbol(wanted)}).`,
      ]),
      answer: quantity(value, wanted),
      difficulty: asked === 'product' ? 'easy' : 'medium',
      steps: [
        `The quantities are linked by ${formula}.`,
        `The given values are ${facts.join(' and ')}.`,
        `Putting them in, the ${name} is ${amount(value, wanted)}.`,
      ],
      wrong: [
        mistake(quantity(doubled, wanted), `Putting them in gives ${amount(doubled, wanted)}.`),
        mistake(quantity(scaled, wanted), `After the division the ${name} is ${amount(scaled, wanted)}.`),
      ],
    }
  },
}

function unit(name: string): Unit {
  return { name, power: 1 }
}

function symbol(of: Unit): string {
  return of.power === 1 ? of.name : `${of.name}²`
}

function amount(value: Rational, of: Unit): string {
  return `${exactDecimal(value)} ${symbol(of)}`
}
