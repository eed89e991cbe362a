import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { choiceVerifier, ChoiceOptions } from '../../verifiers/choice/choice.ts'
import { MathOptions, verifyMath } from '../../verifiers/math/math.ts'

/*
 * A right value in a text that does not give it as the answer. Nothing of this may ever be accepted; the same value
 * stated plainly must be, so that the property cannot hold by accepting nothing.
 */

const options = MathOptions.parse({})
const choiceOptions = ChoiceOptions.parse({})

function verdict(gold: string, output: string): string {
  return verifyMath({ prompt: '', answers: [gold], choices: [], output }, options).verdict
}

const whole = fc.integer({ min: 3, max: 9_999 })
const value = fc.oneof(
  whole.map(String),
  fc.integer({ min: -999, max: -2 }).map(String),
  fc.tuple(whole, fc.integer({ min: 1, max: 9 })).map(([a, b]) => `${a}.${b}`),
  fc.tuple(fc.constantFrom(1, 5, 7, 11), fc.constantFrom(2, 3, 9, 16)).map(([a, b]) => `\\frac{${a}}{${b}}`),
  fc.constantFrom(2, 3, 5, 7, 11).map((root) => `${root}\\sqrt{${root}}`),
)

const plain: readonly ((v: string) => string)[] = [
  (v) => `The answer is $${v}$.`,
  (v) => `So the answer is \\boxed{${v}}.`,
  (v) => `We add everything up.\n\n**Answer:**\n$${v}$`,
  (v) => `We add everything up.\n#### ${v}`,
  (v) => `La réponse est $${v}$.`,
  (v) => `The answer is \\boxed{${v}}, not ${v}1.`,
]

const denied: readonly ((v: string) => string)[] = [
  (v) => `So the answer cannot be \\boxed{${v}}.`,
  (v) => `The answer is not $${v}$.`,
  (v) => `It isn't \\boxed{${v}}.`,
  (v) => `It is not true that the answer is $${v}$.`,
  (v) => `\\boxed{${v}} is wrong.`,
  (v) => `The answer is $${v}$, but that is incorrect.`,
  (v) => `Suppose the answer is $${v}$. Then we get a contradiction.`,
  (v) => `If the answer is $${v}$, the sum is odd.`,
  (v) => `Some people would say the answer is $${v}$, but they are wrong.`,
  (v) => `The answer might be $${v}$.`,
  (v) => `The answer is never $${v}$.`,
  (v) => `The answer is unlikely to be $${v}$.`,
  (v) => `\\boxed{${v}}\n\nWait, I made a mistake.`,
  (v) => `\\boxed{${v}}\n\nActually, the correct answer is 1234567.`,
  (v) => `The answer is $${v}$. Hold on, that is wrong.`,
  (v) => `#### ${v}\nWait, that's not right.`,
  (v) => `La réponse n'est pas $${v}$.`,
  (v) => `La respuesta no es $${v}$.`,
  (v) => `Die Antwort ist nicht $${v}$.`,
  (v) => `La risposta non è $${v}$.`,
  (v) => `答案不是$${v}$。`,
  (v) => `The answer is $${v}$? No.`,
  (v) => `So \\boxed{${v}}. I cannot decide: \\boxed{}`,
]

const hedged: readonly ((v: number) => string)[] = [
  (v) => `The answer is ${v} or more.`,
  (v) => `The answer is more than ${v}.`,
  (v) => `It is greater than or equal to ${v}.`,
  (v) => `The answer is ${v} over 7.`,
  (v) => `The answer is ${v} less than 20000.`,
  (v) => `The answer is minus ${v}.`,
  (v) => `The answer is ${v}K.`,
  (v) => `The answer is ${v}+.`,
  (v) => `The answer is the ${v}th term.`,
  (v) => `The answer is on page ${v}.`,
  (v) => `This follows from Theorem ${v}.`,
  (v) => `By Lemma ${v}, the claim is proved.`,
  (v) => `The answer is ${v} percent of 40.`,
  (v) => `The answer is ${v} squared.`,
  (v) => `The answer is ${v} factorial.`,
  (v) => `The answer is ${v} million.`,
  (v) => `The answer is ${v} halves.`,
  (v) => `The answer is ${v} thousandths.`,
  (v) => `The answer is ${v} and a half.`,
  (v) => `The answer is ${v} to ${v + 2}.`,
  (v) => `The answers are ${v}, ${v + 1}, and ${v + 2}.`,
  (v) => `The answer is both ${v + 1} and ${v}.`,
  (v) => `The answer is none of ${v - 1}, ${v}.`,
  (v) => `It lies between ${v - 1} and ${v}.`,
  (v) => `The range is from 1 to ${v}.`,
  (v) => `It is the square root of ${v}.`,
  (v) => `\\boxed{${v}\\text{ or more}}`,
  (v) => `\\boxed{\\text{multiples of }${v}}`,
  (v) => `\\boxed{${v}\\text{ choose }2}`,
  (v) => `\\boxed{${v}\\pi}`,
  (v) => `\\boxed{${v}K}`,
  (v) => `The answer is 1 in ${v}.`,
  (v) => `We could try ${v} first, but this needs more thought.`,
  (v) => `I am not sure whether it is ${v}.`,
]

const pair = fc.tuple(whole, whole).filter(([a, b]) => a !== b)

const swapped: readonly ((a: number, b: number) => readonly [gold: string, output: string])[] = [
  (a, b) => [`x = ${a}, y = ${b}`, `x = ${b}, y = ${a}`],
  (a, b) => [`(a) ${a} (b) ${b}`, `(a) ${b} (b) ${a}`],
  (a, b) => [`(a) ${a}\n(b) ${b}`, `(a) \\boxed{${b}}\n\n(b) \\boxed{${a}}`],
  (a, b) => [`${a} boys and ${b} girls`, `${b} boys and ${a} girls`],
  (a, b) => [`${a}\\text{ apples}, ${b}\\text{ pears}`, `${b}\\text{ apples}, ${a}\\text{ pears}`],
  (a, b) => [`mean = ${a}, variance = ${b}`, `mean = ${b}, variance = ${a}`],
  (a, b) => [`(${a}, ${b})`, `(${b}, ${a})`],
  (a, b) => [`(${a}, ${b})`, `y = ${a}, x = ${b}`],
  (a, b) => [`(u, v) = (${a}, ${b})`, `v = ${a}, u = ${b}`],
  (a, b) => [`x = ${a}\nx = ${b}`, `x = ${b}`],
  (a, b) => [`x = ${a}\ny = ${b}`, String(b)],
  (a, b) => [`The mean is $${a}$ and the variance is $${b}$.`, String(b)],
  (a, b) => [`Ann is ${a}. Ben is ${b}.`, String(b)],
  (a, b) => [`${a}, ${b}`, String(b)],
  (a, b) => [String(b), `The solutions are x = ${a} and x = ${b}.`],
  (a, b) => [String(b), `The values are **${a}** and **${b}**.`],
  (a, b) => [String(b), `\\boxed{${a}} or \\boxed{${b}}`],
  (a, b) => [`${a}, ${b}`, `x = \\boxed{${b}}, y = \\boxed{${a}}`],
]

const measured: readonly (readonly [unit: string, other: string])[] = [
  ['km', 'miles'],
  ['km', 'kg'],
  ['bytes', 'bits'],
  ['beats per minute', 'beats per second'],
  ['dollars per hour', 'dollars per day'],
  ['minutes early', 'minutes late'],
  ['years older', 'years younger'],
  ['steps forward', 'steps backward'],
  ['degrees', 'radians'],
  ['light years', 'parsecs'],
  ['knots', 'mph'],
  ['wins', 'losses'],
  ['m north', 'm south'],
  ['hours', 'minutes'],
  ['dollars', 'euros'],
  ['tenths', 'hundredths'],
]

const choices = ['12', '15', '18', '21']
const against: readonly ((letter: string, other: string) => string)[] = [
  (l) => `${l} is incorrect.`,
  (l) => `Option ${l} is false.`,
  (l) => `We can rule out ${l}.`,
  (l) => `The answer is not ${l}.`,
  (l, o) => `The answer is ${l} or ${o}.`,
  (l, o) => `The answer is ${l}? No, it is ${o}.`,
  (l, o) => `${l} is wrong. ${o}`,
  (l, o) => `So ${l} cannot be right; ${o}.`,
  (l, o) => `The correct option is ${o}.\n\nWhy not ${l}: it has the wrong sign.`,
  (l, o) => `**${o}**\n\n${l} is wrong because of the sign.`,
  (l, o) => `**Option ${l}:** too small ❌\n**Option ${o}:** fits ✅`,
  (l, o) => `${l}. Incorrect\n${o}. Correct`,
  (l, o) => `Answer: ${l}\nWait, that is wrong.\nAnswer: ${o}`,
  (l, o) => `I'd go with ${o} over ${l}.`,
  (l, o) => `\\boxed{${l}, ${o}}`,
]

test('a value that is stated plainly is accepted', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(...plain), (v, state) => {
      expect(verdict(v, state(v)), `read: ${state(v)}`).toBe('correct')
    }),
    { numRuns: 1_000 },
  )
})

test('a value that is denied, supposed or taken back is not accepted', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(...denied), (v, state) => {
      expect(verdict(v, state(v)), `read: ${state(v)}`).not.toBe('correct')
    }),
    { numRuns: 7_000 },
  )
})

test('a value with more around it than is understood is not accepted', () => {
  fc.assert(
    fc.property(whole, fc.constantFrom(...hedged), (v, state) => {
      expect(verdict(String(v), state(v)), `read: ${state(v)}`).not.toBe('correct')
    }),
    { numRuns: 6_000 },
  )
})

test('values under each other’s labels, and some of several values, are not accepted', () => {
  fc.assert(
    fc.property(pair, fc.constantFrom(...swapped), ([a, b], make) => {
      const [gold, output] = make(a, b)
      expect(verdict(gold, output), `${gold} against ${output}`).not.toBe('correct')
    }),
    { numRuns: 4_000 },
  )
})

test('the same number in another unit is not accepted, either way round', () => {
  fc.assert(
    fc.property(whole, fc.constantFrom(...measured), fc.boolean(), (v, units, turned) => {
      const [unit, other] = turned ? [units[1], units[0]] : units
      const output = `\\boxed{${v}\\text{ ${other}}}`
      expect(verdict(`${v} ${unit}`, output), `${v} ${unit} against ${output}`).not.toBe('correct')
      expect(verdict(`${v} ${unit}`, `The answer is ${v} ${other}.`)).not.toBe('correct')
    }),
    { numRuns: 2_000 },
  )
})

test('an option that is ruled out, or one of two, is not accepted', () => {
  const letter = fc.constantFrom('A', 'B', 'C', 'D')
  fc.assert(
    fc.property(letter, letter, fc.constantFrom(...against), (gold, other, state) => {
      fc.pre(gold !== other)
      const input = { prompt: '', answers: [gold], choices, output: state(gold, other) }
      expect(choiceVerifier.verify(input, choiceOptions).verdict, `read: ${input.output}`).not.toBe('correct')
    }),
    { numRuns: 1_000 },
  )
})
