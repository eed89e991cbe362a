import type { Mark, Node } from '../values/expression.ts'
import { ONE, type Rational } from '../values/rational.ts'

/** A value with everything that was written around it. */
export type Quantity = { core: Node; marks: Mark[] }

/** What a quantity measures, in base units; money has a currency. */
export type Measure = { dimension: string; factor: Rational; currency: string | undefined }

/** Takes the marks off a value, through its sign. */
export function unwrapQuantity(node: Node): Quantity {
  const marks: Mark[] = []
  let core = node
  for (;;) {
    if (core.kind === 'marked') {
      marks.push(core.mark)
      core = core.of
    } else if (core.kind === 'negative' && core.of.kind === 'marked') {
      marks.push(core.of.mark)
      core = { kind: 'negative', of: core.of.of }
    } else return { core, marks }
  }
}

/** The unit or currency of a quantity, `undefined` where it has none. */
export function unitOf(quantity: Quantity): Measure | undefined {
  for (const mark of quantity.marks) {
    if (mark.type === 'unit')
      return {
        dimension: mark.unit.dimension,
        factor: mark.unit.factor,
        currency: /^(?:pence|penny)$/u.test(mark.unit.name) ? 'GBP' : undefined,
      }
    if (mark.type === 'currency') return { dimension: 'money1', factor: ONE, currency: mark.code }
  }
  return undefined
}

export function hasMark(quantity: Quantity, type: Mark['type']): boolean {
  return quantity.marks.some((mark) => mark.type === type)
}
