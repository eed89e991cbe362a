/** How far a decimal may be from the expected one, relative to it: what contest judges usually allow. */
const RELATIVE = 1e-6
/** How far from an expected zero. */
const ABSOLUTE = 1e-9

const INTEGER = /^[+-]?\d+$/u
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?$/iu

/**
 * Whether an output is the expected one, as contest judges compare: the same words in the same lines, white space at the
 * ends and empty lines at the end apart. Where a decimal is expected one that is near it will do, where an integer is
 * expected the same integer with a fraction of zero (`1.0`); YES and NO are taken in any case.
 */
export function sameOutput(actual: string, expected: string): boolean {
  const [left, right] = [linesOf(actual), linesOf(expected)]
  if (left.length !== right.length) return false
  return left.every((line, index) => sameLine(line, right[index]!))
}

function linesOf(output: string): string[] {
  return output
    .replaceAll(/[^\S\n]+$/gmu, '')
    .trimEnd()
    .split('\n')
}

function sameLine(actual: string, expected: string): boolean {
  if (actual === expected) return true
  // What stands between the words must be equal, or a picture made of blanks would lose its shape.
  const [left, right] = [actual.split(/(\s+)/u), expected.split(/(\s+)/u)]
  return left.length === right.length && left.every((word, index) => sameWord(word, right[index]!))
}

function sameWord(actual: string, expected: string): boolean {
  if (actual === expected) return true
  if (/^(?:yes|no)$/iu.test(expected)) return actual.toLowerCase() === expected.toLowerCase()
  if (!DECIMAL.test(actual) || !DECIMAL.test(expected)) return false
  if (INTEGER.test(expected)) {
    const whole = /^([+-]?\d+)\.0*$/u.exec(actual)?.[1]
    return whole !== undefined && sameInteger(whole, expected)
  }
  const [value, wanted] = [Number(actual), Number(expected)]
  if (!Number.isFinite(value) || !Number.isFinite(wanted)) return false
  return Math.abs(value - wanted) <= (wanted === 0 ? ABSOLUTE : RELATIVE * Math.abs(wanted))
}

function sameInteger(actual: string, expected: string): boolean {
  return signed(actual) === signed(expected)
}

function signed(integer: string): string {
  const digits = integer.replace(/^[+-]?0*(?=\d)/u, '')
  return integer.startsWith('-') && digits !== '0' ? `-${digits}` : digits
}
