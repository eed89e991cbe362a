import { risingPolynomial, polynomial } from './latex.ts'
import { type AnswerValue, type Bound, type Unit } from './answer-value.ts'
import { type Rational, exactDecimal, latexRational } from './rational.ts'

/** The reference answer as datasets write it: one plain form of the value. */
export function referenceForm(answer: AnswerValue): string {
  return renderings(answer)[0]!
}

/**
 * Every way in which teachers write this value inside a box or after "the answer is". All are LaTeX and of equal value;
 * the first is the plainest.
 */
export function renderings(answer: AnswerValue): string[] {
  switch (answer.kind) {
    case 'number':
      return named(withUnit(numberForms(answer.value, answer.style), answer.unit), answer.variable)
    case 'multiple':
      return withUnit(multipleForms(answer.coefficient, answer.of), answer.unit)
    case 'set':
      return setForms(answer.members, answer.variable)
    case 'tuple':
      return tupleForms(answer.members, answer.variables)
    case 'interval':
      return intervalForms(answer.low, answer.high, answer.variable)
    case 'polynomial':
      return polynomialForms(answer)
    case 'letter':
      return [
        answer.letter,
        `(${answer.letter})`,
        `\\text{${answer.letter}}`,
        `\\text{(${answer.letter})}`,
        `\\textbf{(${answer.letter})}`,
      ]
    case 'text':
      return [answer.text, `\\text{${answer.text}}`, `\\textbf{${answer.text}}`]
  }
}

function numberForms(value: Rational, style: 'fraction' | 'decimal' | 'percent'): string[] {
  if (style === 'percent') {
    const shown = exactDecimal(value) ?? latexRational(value)
    return [`${shown}\\%`, `${shown}%`, shown]
  }
  if (value.denominator === 1) return integerForms(value.numerator)
  const decimal = exactDecimal(value)
  const fractions = [
    latexRational(value),
    latexRational(value, '\\dfrac'),
    `${value.numerator}/${value.denominator}`,
  ]
  if (decimal === null) return fractions
  return style === 'decimal' ? [decimal, latexRational(value)] : [...fractions, decimal]
}

function integerForms(value: number): string[] {
  const plain = String(value)
  if (Math.abs(value) < 1000) return [plain]
  const grouped = plain.replace(/\B(?=(\d{3})+$)/g, ',')
  return [plain, plain, grouped, grouped.replaceAll(',', '{,}')]
}

function withUnit(forms: string[], unit: Unit | undefined): string[] {
  if (unit === undefined) return forms
  const [plainest] = forms
  const power = unit.power === 1 ? '' : `^${unit.power}`
  return [
    `${plainest} \\text{ ${unit.name}}${power}`,
    `${plainest}\\ \\mathrm{${unit.name}}${power}`,
    `${plainest}\\,\\text{${unit.name}}${power}`,
    `${plainest} ${unit.name}${power}`,
    ...forms,
  ]
}

function named(forms: string[], variable: string | undefined): string[] {
  return variable === undefined ? forms : [...forms, `${variable} = ${forms[0]}`]
}

function multipleForms(coefficient: Rational, of: string): string[] {
  const { numerator, denominator } = coefficient
  const top = numerator === 1 ? of : numerator === -1 ? `-${of}` : `${numerator}${of}`
  if (denominator === 1) return numerator === 1 ? [top] : [top, `${numerator} ${of}`]
  return [
    `\\frac{${top}}{${denominator}}`,
    `\\dfrac{${top}}{${denominator}}`,
    `${latexRational(coefficient)}${of}`,
  ]
}

function setForms(members: readonly Rational[], variable: string | undefined): string[] {
  const rising = [...members].sort(
    (left, right) => left.numerator * right.denominator - right.numerator * left.denominator,
  )
  const up = rising.map((member) => latexRational(member))
  const down = [...up].reverse()
  const forms = [`\\{${up.join(', ')}\\}`, up.join(', '), `\\left\\{${up.join(', ')}\\right\\}`]
  if (up.length > 1) forms.push(`\\{${down.join(', ')}\\}`, down.join(', '))
  if (variable !== undefined) {
    forms.push(up.map((member) => `${variable} = ${member}`).join(' \\text{ or } '))
  }
  return forms
}

function tupleForms(members: readonly Rational[], variables: readonly string[] | undefined): string[] {
  const shown = members.map((member) => latexRational(member))
  const forms = [`(${shown.join(', ')})`, `\\left(${shown.join(', ')}\\right)`, `(${shown.join(',')})`]
  if (variables !== undefined) {
    forms.push(`(${variables.join(', ')}) = (${shown.join(', ')})`)
    forms.push(shown.map((member, index) => `${variables[index]} = ${member}`).join(', '))
  }
  return forms
}

function intervalForms(low: Bound, high: Bound, variable: string | undefined): string[] {
  const left = low.closed ? '[' : '('
  const right = high.closed ? ']' : ')'
  const from = low.at === null ? '-\\infty' : latexRational(low.at)
  const to = high.at === null ? '\\infty' : latexRational(high.at)
  const forms = [`${left}${from}, ${to}${right}`, `\\left${left}${from}, ${to}\\right${right}`]
  if (variable === undefined) return forms
  if (low.at === null) forms.push(`${variable} ${high.closed ? '\\le' : '<'} ${to}`)
  else if (high.at === null) forms.push(`${variable} ${low.closed ? '\\ge' : '>'} ${from}`)
  else forms.push(`${from} ${low.closed ? '\\le' : '<'} ${variable} ${high.closed ? '\\le' : '<'} ${to}`)
  return forms
}

function polynomialForms(answer: Extract<AnswerValue, { kind: 'polynomial' }>): string[] {
  const falling = polynomial(answer.coefficients, answer.variable)
  const rising = risingPolynomial(answer.coefficients, answer.variable)
  const forms = answer.factored === undefined ? [falling, falling, rising] : [answer.factored]
  if (answer.name !== undefined) forms.push(`${answer.name} = ${forms[0]}`)
  return forms
}
