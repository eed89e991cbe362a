import type { ProblemKind } from '../kind.ts'
import { FIRST_NAMES } from '../names.ts'
import { mistake, whole } from '../values.ts'

const GOODS = [
  ['notebook', 'notebooks'],
  ['pencil', 'pencils'],
  ['ticket', 'tickets'],
  ['mug', 'mugs'],
  ['scarf', 'scarves'],
  ['poster', 'posters'],
  ['puzzle', 'puzzles'],
  ['lamp', 'lamps'],
] as const

/** Word problems about buying two kinds of goods and getting change. */
export const shopping: ProblemKind = {
  name: 'word-problems',
  task: 'math',
  domain: 'word problems',
  draft(random) {
    const [first, second] = random.shuffle(GOODS)
    const name = random.pick(FIRST_NAMES)
    const [m, n] = [random.integer(2, 12), random.integer(2, 12)]
    const [p, q] = [random.integer(2, 19), random.integer(2, 19)]
    const cost = m * p + n * q
    const paid = Math.ceil((cost + 1) / 50) * 50
    const change = paid - cost
    const things = `${m} ${first![1]} and ${n} ${second![1]}`
    return {
      prompt: random.pick([
        `${name} buys ${things}. Each ${first![0]} costs $${p} and each ${second![0]} costs $${q}. ` +
          `${name} pays with $${paid}. How many dollars of change does ${name} get back?`,
        `A shop sells ${first![1]} for $${p} each and ${second![1]} for $${q} each. If ${name} takes ${things} and ` +
          `hands over $${paid}, how much change, in dollars, should ${name} receive?`,
        `${name} has $${paid} and spends part of it on ${things}. One ${first![0]} is $${p}; one ${second![0]} is ` +
          `$${q}. How many dollars are left?`,
      ]),
      answer: whole(change),
      difficulty: random.chance(0.5) ? 'easy' : 'medium',
      steps: [
        `The ${first![1]} cost ${m} × ${p} = ${m * p} dollars.`,
        `The ${second![1]} cost ${n} × ${q} = ${n * q} dollars.`,
        `Together that is ${m * p} + ${n * q} = ${cost} dollars.`,
        `So ${paid} − ${cost} = ${change} dollars remain.`,
      ],
      checks: [`Spending ${cost} and keeping ${change} gives ${cost + change}, the amount at the start.`],
      wrong: [
        mistake(whole(cost), `So the amount in question is ${cost} dollars.`),
        mistake(whole(paid - m * p), `So ${paid} − ${m * p} = ${paid - m * p} dollars remain.`),
        mistake(
          whole(paid - (m + n) * p),
          `All ${m + n} items at ${p} dollars come to ${(m + n) * p}, which leaves ${paid - (m + n) * p} dollars.`,
        ),
      ],
    }
  },
}
