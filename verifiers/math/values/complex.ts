/** A complex number in double precision. */
export type Complex = { re: number; im: number }

export function complex(re: number, im = 0): Complex {
  return { re, im }
}

export function add(a: Complex, b: Complex): Complex {
  return { re: a.re + b.re, im: a.im + b.im }
}

export function subtract(a: Complex, b: Complex): Complex {
  return { re: a.re - b.re, im: a.im - b.im }
}

export function multiply(a: Complex, b: Complex): Complex {
  if (a.im === 0 && b.im === 0) return { re: a.re * b.re, im: 0 }
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
}

export function divide(a: Complex, b: Complex): Complex {
  if (a.im === 0 && b.im === 0) return { re: a.re / b.re, im: 0 }
  const size = b.re * b.re + b.im * b.im
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size }
}

export function magnitude(a: Complex): number {
  return a.im === 0 ? Math.abs(a.re) : Math.hypot(a.re, a.im)
}

export function isFinite(a: Complex): boolean {
  return Number.isFinite(a.re) && Number.isFinite(a.im)
}

export function exponential(a: Complex): Complex {
  const size = Math.exp(a.re)
  return a.im === 0 ? { re: size, im: 0 } : { re: size * Math.cos(a.im), im: size * Math.sin(a.im) }
}

/** Principal branch. */
export function logarithm(a: Complex): Complex {
  return a.im === 0 && a.re > 0
    ? { re: Math.log(a.re), im: 0 }
    : { re: Math.log(magnitude(a)), im: Math.atan2(a.im, a.re) }
}

/** Principal branch; integer exponents by multiplication, so that real values stay real. */
export function power(base: Complex, exponent: Complex): Complex {
  if (exponent.im === 0) {
    if (base.im === 0 && (base.re >= 0 || Number.isInteger(exponent.re)))
      return complex(base.re ** exponent.re)
    if (Number.isInteger(exponent.re) && Math.abs(exponent.re) <= 64) {
      let result = complex(1)
      for (let count = Math.abs(exponent.re); count > 0; count -= 1) result = multiply(result, base)
      return exponent.re < 0 ? divide(complex(1), result) : result
    }
    if (exponent.re === 0.5) return squareRoot(base)
  }
  if (magnitude(base) === 0) return exponent.re > 0 ? complex(0) : complex(Number.NaN)
  return exponential(multiply(exponent, logarithm(base)))
}

function squareRoot(a: Complex): Complex {
  if (a.im === 0) return a.re >= 0 ? complex(Math.sqrt(a.re)) : complex(0, Math.sqrt(-a.re))
  const size = magnitude(a)
  const re = Math.sqrt((size + a.re) / 2)
  const im = Math.sqrt((size - a.re) / 2)
  return { re, im: a.im < 0 ? -im : im }
}

export function sine(a: Complex): Complex {
  if (a.im === 0) return complex(Math.sin(a.re))
  return { re: Math.sin(a.re) * Math.cosh(a.im), im: Math.cos(a.re) * Math.sinh(a.im) }
}

export function cosine(a: Complex): Complex {
  if (a.im === 0) return complex(Math.cos(a.re))
  return { re: Math.cos(a.re) * Math.cosh(a.im), im: -Math.sin(a.re) * Math.sinh(a.im) }
}
