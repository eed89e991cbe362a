/** `3x`, `x`, `-x`, `0x` is the empty text. */
function term(coefficient: number, symbol: string): string {
  if (coefficient === 0) return ''
  if (symbol === '') return String(coefficient)
  if (coefficient === 1) return symbol
  if (coefficient === -1) return `-${symbol}`
  return `${coefficient}${symbol}`
}

/** Terms joined with ` + ` and ` - `; terms of coefficient zero are left out, an empty sum is `0`. */
export function sum(terms: readonly { coefficient: number; symbol: string }[]): string {
  let text = ''
  for (const { coefficient, symbol } of terms) {
    if (coefficient === 0) continue
    if (text === '') text = term(coefficient, symbol)
    else text += coefficient < 0 ? ` - ${term(-coefficient, symbol)}` : ` + ${term(coefficient, symbol)}`
  }
  return text === '' ? '0' : text
}

/** A polynomial with the highest power first; `coefficients[k]` belongs to the k-th power. */
export function polynomial(coefficients: readonly number[], variable: string): string {
  return sum(polynomialTerms(coefficients, variable).reverse())
}

/** The same polynomial with the lowest power first. */
export function risingPolynomial(coefficients: readonly number[], variable: string): string {
  return sum(polynomialTerms(coefficients, variable))
}

/** A number in brackets when it is negative, so that it can follow an operator. */
export function bracketed(value: number): string {
  return value < 0 ? `(${value})` : String(value)
}

function polynomialTerms(
  coefficients: readonly number[],
  variable: string,
): { coefficient: number; symbol: string }[] {
  return coefficients.map((coefficient, power) => ({ coefficient, symbol: powerOf(variable, power) }))
}

function powerOf(variable: string, power: number): string {
  if (power === 0) return ''
  if (power === 1) return variable
  return power < 10 ? `${variable}^${power}` : `${variable}^{${power}}`
}
