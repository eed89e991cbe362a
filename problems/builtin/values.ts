import type { AnswerValue, Unit } from './answer-value.ts'
import type { WrongAnswer } from './kind.ts'
import { type Rational, rational } from './rational.ts'

/** A whole number, named by `variable` where the question names it. */
export function whole(value: number, variable?: string): AnswerValue {
  return fraction(rational(value), variable)
}

/** An exact fraction, or an integer where it is one. */
export function fraction(value: Rational, variable?: string): AnswerValue {
  return { kind: 'number', value, style: 'fraction', ...(variable === undefined ? {} : { variable }) }
}

/** A terminating decimal. */
export function decimal(value: Rational): AnswerValue {
  return { kind: 'number', value, style: 'decimal' }
}

/** So many percent. */
export function percent(value: Rational): AnswerValue {
  return { kind: 'number', value, style: 'percent' }
}

/** A decimal or whole number of a unit. */
export function quantity(value: Rational, unit: Unit): AnswerValue {
  return { kind: 'number', value, style: 'decimal', unit }
}

export function text(words: string): AnswerValue {
  return { kind: 'text', text: words }
}

/** A mistake that ends in `value` through `slip`. */
export function mistake(value: AnswerValue, slip: string): WrongAnswer {
  return { value, slip }
}
