/** The value of a number as reference answers write it: `-\frac{3}{4}`, `1.5 \text{ kg}`, `44.5\%`, `12\pi`, `2\sqrt{5}`. */
export function readNumber(text: string): number {
  const bare = text.replace(/\\text\{[^}]*\}(\^\d)?/g, '').replace(/\\%|\s/g, '')
  const match = /^(-?)(?:\\frac\{(.+)\}\{(\d+)\}|(.*))$/.exec(bare)
  if (match === null) throw new Error(`no number: ${text}`)
  const [, sign, top, bottom, plain] = match
  const size = plain === undefined ? readProduct(top!) / Number(bottom) : readProduct(plain)
  return sign === '-' ? -size : size
}

/** The numbers between brackets or braces of any kind. */
export function readList(text: string): number[] {
  return text
    .replace(/^(\\\{|\(|\[)|(\\\}|\)|\])$/g, '')
    .split(',')
    .map(readNumber)
}

/** The value of a polynomial in one letter, written by descending or ascending powers. */
export function evaluatePolynomial(text: string, at: number): number {
  const terms = text.replace(/\s/g, '').match(/[+-]?[^+-]+/g) ?? []
  return terms.reduce((total, term) => total + evaluateTerm(term, at), 0)
}

/** Every whole number of a text, signs included where they follow a bracket, comma, equals sign or dollar sign. */
export function integersOf(text: string): number[] {
  return [...text.matchAll(/(?<=[$([{=,\s])-\d+|\d+/g)].map(([digits]) => Number(digits))
}

function readProduct(text: string): number {
  const match = /^(\d*\.?\d*)(\\pi|\\sqrt\{(\d+)\})?$/.exec(text)
  if (match === null || text === '') throw new Error(`no number: ${text}`)
  const [, digits, irrational, radicand] = match
  const factor = digits === '' ? 1 : Number(digits)
  if (irrational === undefined) return factor
  return factor * (irrational === '\\pi' ? Math.PI : Math.sqrt(Number(radicand)))
}

function evaluateTerm(term: string, at: number): number {
  const match = /^([+-]?\d*)(?:([a-z])(?:\^\{?(\d+)\}?)?)?$/.exec(term)
  if (match === null) throw new Error(`no term: ${term}`)
  const [, digits = '', letter, power = '1'] = match
  const factor = /\d/.test(digits) ? Number(digits) : digits === '-' ? -1 : 1
  return letter === undefined ? factor : factor * at ** Number(power)
}
