import type { Random } from '../../../problems/builtin/random.ts'
import type { Script } from './manner.ts'
import { wordWork } from './word-work.ts'

/** A source of small true calculations around a problem, no two of them alike. */
export type SideWork = () => string

type Calculation = (a: number, b: number, random: Random) => string

/**
 * Side calculations in the manner of a model that checks itself, on the numbers of the problem and their neighbours.
 * They are what makes long traces long without repeating them: every sentence carries fresh numbers.
 */
export function sideWork(script: Pick<Script, 'prompt' | 'steps' | 'domain'>, random: Random): SideWork {
  const text = `${script.prompt} ${script.steps.join(' ')}`
  const draw = WORD_DOMAINS.has(script.domain) ? wordWork(text, random) : numberWork(text, random)
  const said = new Set<string>()
  return () => {
    let sentence = ''
    // A sentence that was said already is drawn again, from ever farther away.
    for (let reach = 4; sentence === '' || said.has(sentence); reach += 3) sentence = draw(reach)
    said.add(sentence)
    return sentence
  }
}

const WORD_DOMAINS: ReadonlySet<string> = new Set(['language', 'logic'])

function numberWork(text: string, random: Random): (reach: number) => string {
  const numbers = [...text.matchAll(/\d{1,4}/g)]
    .map(([digits]) => Number(digits))
    .filter((value) => value > 1)
  const pool = numbers.length > 0 ? numbers : [12, 18, 25]
  return (reach) => {
    const a = near(random.pick(pool), reach, random)
    const b = near(random.pick(pool), reach, random)
    return random.pick(CALCULATIONS)(a, a === b ? b + random.integer(1, 9) : b, random)
  }
}

/** Small numbers are moved up: no one checks 2 + 2 by splitting it. */
function near(value: number, reach: number, random: Random): number {
  const moved = value + random.integer(-reach, reach)
  return moved < 11 ? Math.abs(moved) + 11 * random.integer(1, 5) : moved
}

const CALCULATIONS: readonly Calculation[] = [
  (a, b, random) => {
    const rest = b % 10 === 0 ? 2 : b % 10
    const tens = b - rest
    return random.pick([
      `${a} × ${b} is ${a} × ${tens} = ${a * tens} plus ${a} × ${rest} = ${a * rest}, so ${a * b}.`,
      `For the product of ${a} and ${b} I split off ${rest}: ${a * tens} + ${a * rest} = ${a * b}.`,
      `Multiplying, ${a} · ${b} = ${a * b}, because ${a * tens} and ${a * rest} add up to that.`,
      `${a} times ${b}… ${a * tens} and then ${a * rest} more, that makes ${a * b}.`,
    ])
  },
  (a, b, random) =>
    random.pick([
      `${a} + ${b} = ${a + b}, nothing to carry wrongly there.`,
      `Adding ${a} and ${b} gives ${a + b}.`,
      `The sum ${a} + ${b} would be ${a + b}, and the difference ${Math.abs(a - b)}.`,
      `If the two were ${a} and ${b}, together they would be ${a + b}.`,
    ]),
  (a, b, random) => {
    const [large, small] = [Math.max(a, b), Math.min(a, b)]
    const [whole, rest] = [Math.floor(large / small), large % small]
    return random.pick([
      `${small} goes ${whole} ${times(whole)} into ${large} with ${rest} left over.`,
      `Dividing ${large} by ${small}: quotient ${whole}, remainder ${rest}.`,
      `${large} = ${small} · ${whole} + ${rest}, so it ${rest === 0 ? 'divides evenly' : 'does not divide evenly'}.`,
      `As a fraction, ${large}/${small} is ${rest === 0 ? 'exactly' : 'a bit more than'} ${whole}.`,
    ])
  },
  (a, _b, random) => {
    const digits = digitSum(a)
    const multiple = digits % 3 === 0 ? 'a multiple of 3' : 'not a multiple of 3'
    return random.pick([
      `The digit sum of ${a} is ${digits}, so ${a} is ${multiple}.`,
      `${a} is ${a % 2 === 0 ? 'even' : 'odd'} and ${multiple}.`,
      `Looking at ${a}: digits add to ${digits}, which means it is ${multiple}.`,
    ])
  },
  (a, _b, random) =>
    random.pick([
      `${a} squared is ${a * a}.`,
      `The squares around here are ${(a - 1) ** 2}, ${a ** 2} and ${(a + 1) ** 2}.`,
      `${a}² = (${a} − 1)(${a} + 1) + 1 = ${(a - 1) * (a + 1)} + 1 = ${a * a}.`,
    ]),
  (a, b, random) => {
    const [ra, rb] = [round(Math.max(a, b)), round(Math.min(a, b))]
    const [large, small] = [Math.max(a, b), Math.min(a, b)]
    return random.pick([
      `As a rough estimate, ${large} is about ${ra} and ${small} is about ${rb}, so a product would be near ${ra * rb}.`,
      `Rounding ${large} to ${ra} and ${small} to ${rb} I would expect a sum of around ${ra + rb}; the exact one is ${a + b}.`,
      `The order of magnitude: ${ra} against ${rb}, a ratio of roughly ${(ra / rb).toFixed(1)}.`,
    ])
  },
  (a, b, random) =>
    random.pick([
      `Suppose for a moment it were ${a} instead; then twice that is ${2 * a} and half is ${a / 2}.`,
      `With ${a} in place of ${b} the change would be ${a - b}.`,
      `A quick test with ${a}: three times it is ${3 * a}, minus ${b} gives ${3 * a - b}.`,
      `Trying ${b} as a small case: ${b} − 1 = ${b - 1}, ${b} + 1 = ${b + 1}, product ${b * b - 1}.`,
    ]),
  (a, b, random) => {
    const [left, right] = [a % 9, b % 9]
    return random.pick([
      `Casting out nines, ${a} leaves ${left} and ${b} leaves ${right}, so their product must leave ${(left * right) % 9}.`,
      `Modulo 9 the sum of ${a} and ${b} is ${(left + right) % 9}, and ${a + b} indeed leaves ${(a + b) % 9}.`,
      `Last digits: ${a} ends in ${a % 10}, ${b} ends in ${b % 10}, the product ends in ${((a % 10) * (b % 10)) % 10}.`,
    ])
  },
]

function digitSum(value: number): number {
  return value < 10 ? value : (value % 10) + digitSum(Math.floor(value / 10))
}

function times(count: number): string {
  return count === 1 ? 'time' : 'times'
}

function round(value: number): number {
  const scale = value < 100 ? 10 : 100
  return Math.max(scale, Math.round(value / scale) * scale)
}
