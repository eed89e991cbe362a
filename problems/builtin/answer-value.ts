import { type Rational, latexRational } from './rational.ts'
import { polynomial } from './latex.ts'

/** A unit such as `cm` or `km/h`, and its power. */
export type Unit = { name: string; power: 1 | 2 | 3 }

/** The unit in plain text: `cm²`. */
export function plainUnit(unit: Unit): string {
  return `${unit.name}${['', '²', '³'][unit.power - 1]}`
}

/** One end of an interval; `null` is infinity. */
export type Bound = { at: Rational | null; closed: boolean }

/**
 * A final answer by value, apart from the way it is written. `variable` names what was asked for, where that has a name.
 */
export type AnswerValue =
  | {
      kind: 'number'
      value: Rational
      style: 'fraction' | 'decimal' | 'percent'
      unit?: Unit
      variable?: string
    }
  /** `coefficient` times an irrational factor such as `\pi` or `\sqrt{3}`. */
  | { kind: 'multiple'; coefficient: Rational; of: string; unit?: Unit }
  | { kind: 'set'; members: Rational[]; variable?: string }
  | { kind: 'tuple'; members: Rational[]; variables?: string[] }
  | { kind: 'interval'; low: Bound; high: Bound; variable?: string }
  /** `coefficients[k]` belongs to the k-th power; `name` is what stands left of the equals sign, `factored` a product. */
  | { kind: 'polynomial'; coefficients: number[]; variable: string; name?: string; factored?: string }
  | { kind: 'letter'; letter: string; option: string }
  /** Words; case and outer spaces do not matter. */
  | { kind: 'text'; text: string }

/** A text that is equal for equal values and different for different ones. Units and names do not enter. */
export function valueKey(answer: AnswerValue): string {
  switch (answer.kind) {
    case 'number':
      return `number ${latexRational(answer.value)}`
    case 'multiple':
      return answer.coefficient.numerator === 0
        ? 'number 0'
        : `multiple ${latexRational(answer.coefficient)} ${answer.of}`
    case 'set':
      return `set ${[...new Set(answer.members.map((member) => latexRational(member)))].sort().join(';')}`
    case 'tuple':
      return `tuple ${answer.members.map((member) => latexRational(member)).join(';')}`
    case 'interval':
      return `interval ${boundKey(answer.low)};${boundKey(answer.high)}`
    case 'polynomial':
      return `polynomial ${polynomial(answer.coefficients, 'x')}`
    case 'letter':
      return `letter ${answer.letter}`
    case 'text':
      return `text ${answer.text.toLowerCase().trim()}`
  }
}

function boundKey(bound: Bound): string {
  return bound.at === null ? 'infinity' : `${bound.closed ? 'closed' : 'open'} ${latexRational(bound.at)}`
}
