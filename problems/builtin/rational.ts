/** An exact fraction in lowest terms with a positive denominator. */
export type Rational = { numerator: number; denominator: number }

/** The fraction in lowest terms. Both parts must be safe integers and the denominator not zero. */
export function rational(numerator: number, denominator = 1): Rational {
  const divisor = gcd(numerator, denominator) * Math.sign(denominator)
  // Adding zero turns -0 into 0.
  return { numerator: numerator / divisor + 0, denominator: denominator / divisor }
}

/** Greatest common divisor, positive. */
export function gcd(left: number, right: number): number {
  let a = Math.abs(left)
  let b = Math.abs(right)
  while (b !== 0) {
    const rest = a % b
    a = b
    b = rest
  }
  return a
}

export function add(left: Rational, right: Rational): Rational {
  return rational(
    left.numerator * right.denominator + right.numerator * left.denominator,
    left.denominator * right.denominator,
  )
}

export function multiply(left: Rational, right: Rational): Rational {
  return rational(left.numerator * right.numerator, left.denominator * right.denominator)
}

export function subtract(left: Rational, right: Rational): Rational {
  return add(left, rational(-right.numerator, right.denominator))
}

export function divide(left: Rational, right: Rational): Rational {
  return multiply(left, rational(right.denominator, right.numerator))
}

/** The exact decimal text with at most `digits` places, or `null` where the fraction needs more. */
export function exactDecimal(value: Rational, digits = 4): string | null {
  const scale = 10 ** digits
  if ((value.numerator * scale) % value.denominator !== 0) return null
  const places = (value.numerator / value.denominator).toFixed(digits)
  return places.replace(/\.?0+$/, '')
}

/** LaTeX: an integer, or a fraction with the sign in front. */
export function latexRational(value: Rational, command = '\\frac'): string {
  if (value.denominator === 1) return String(value.numerator)
  const sign = value.numerator < 0 ? '-' : ''
  return `${sign}${command}{${Math.abs(value.numerator)}}{${value.denominator}}`
}
