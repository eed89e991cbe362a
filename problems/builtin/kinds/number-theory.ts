import type { ProblemKind } from '../kind.ts'
import { gcd } from '../rational.ts'
import { mistake, whole } from '../values.ts'

const BASES = Array.from({ length: 18 }, (_, index) => index + 2)

/** Greatest common divisors, least common multiples and remainders of powers. */
export const numberTheory: ProblemKind = {
  name: 'number-theory',
  task: 'math',
  domain: 'number theory',
  draft(random) {
    return random.chance(0.5) ? divisors() : powers()

    function divisors(): ReturnType<ProblemKind['draft']> {
      const shared = random.pick([4, 6, 9, 10, 12, 14, 15, 18, 21, 24])
      const a = shared * random.integer(2, 19)
      const b = shared * random.integer(2, 19)
      const divisor = gcd(a, b)
      const multiple = (a / divisor) * b
      const wantsMultiple = random.chance(0.5)
      const what = wantsMultiple ? 'least common multiple' : 'greatest common divisor'
      const value = wantsMultiple ? multiple : divisor
      return {
        prompt: random.pick([
          `Find the ${what} of $${a}$ and $${b}$.`,
          `What is the ${what} of the integers ${a} and ${b}?`,
          `Compute $\\${wantsMultiple ? 'operatorname{lcm}' : 'gcd'}(${a}, ${b})$.`,
        ]),
        answer: whole(value),
        difficulty: 'easy',
        steps: [
          ...euclid(a, b),
          `So the greatest common divisor is $${divisor}$.`,
          wantsMultiple
            ? `The least common multiple is $\\frac{${a} \\cdot ${b}}{${divisor}} = ${multiple}$.`
            : `Hence the answer is $${divisor}$.`,
        ],
        checks: [
          `Indeed $${a} = ${divisor} \\cdot ${a / divisor}$ and $${b} = ${divisor} \\cdot ${b / divisor}$.`,
        ],
        wrong: wantsMultiple
          ? [
              mistake(whole(a * b), `The product $${a} \\cdot ${b} = ${a * b}$ is a common multiple.`),
              mistake(whole(divisor), `That leaves $${divisor}$.`),
              mistake(whole(multiple * 2), `The first common multiple in both lists is $${multiple * 2}$.`),
            ]
          : [
              mistake(whole(divisor * 2), `The largest number that divides both is $${divisor * 2}$.`),
              mistake(whole(multiple), `Combining the factors gives $${multiple}$.`),
              mistake(
                whole(divisor === 2 ? 1 : divisor / lowestFactor(divisor)),
                `The shared factors multiply to $${divisor === 2 ? 1 : divisor / lowestFactor(divisor)}$.`,
              ),
            ],
      }
    }

    function powers(): ReturnType<ProblemKind['draft']> {
      const modulus = random.pick([7, 9, 11, 13, 17, 19])
      // Prime to the modulus, so that the powers repeat from the first one on, and not 1.
      const base = random.pick(BASES.filter((value) => gcd(value, modulus) === 1 && value % modulus !== 1))
      const exponent = random.integer(20, 400)
      const cycle = residues(base, modulus)
      const value = cycle[(exponent - 1) % cycle.length]!
      const next = cycle[exponent % cycle.length]!
      return {
        prompt: random.pick([
          `What is the remainder when $${base}^{${exponent}}$ is divided by $${modulus}$?`,
          `Find the smallest non-negative integer $r$ with $${base}^{${exponent}} \\equiv r \\pmod{${modulus}}$.`,
          `Determine the remainder of $${base}^{${exponent}}$ upon division by ${modulus}.`,
        ]),
        answer: whole(value),
        difficulty: 'hard',
        steps: [
          `Modulo $${modulus}$ the powers of $${base}$ run through $${cycle.join(', ')}$ and then repeat.`,
          `The period is $${cycle.length}$.`,
          `Since $${exponent} = ${cycle.length} \\cdot ${Math.floor(exponent / cycle.length)} + ${exponent % cycle.length}$, ` +
            `the exponent is in place $${exponent % cycle.length === 0 ? cycle.length : exponent % cycle.length}$ of the cycle.`,
          `The remainder is $${value}$.`,
        ],
        wrong: [
          mistake(whole(next), `Counting from the start of the cycle, the remainder is $${next}$.`),
          mistake(
            whole((base * exponent) % modulus),
            `Reducing the product, the remainder is $${(base * exponent) % modulus}$.`,
          ),
          mistake(whole((value + 1) % modulus), `This leaves a remainder of $${(value + 1) % modulus}$.`),
        ],
      }
    }
  },
}

function lowestFactor(value: number): number {
  for (let factor = 2; factor < value; factor++) if (value % factor === 0) return factor
  return value
}

function residues(base: number, modulus: number): number[] {
  const found: number[] = []
  let power = base % modulus
  while (!found.includes(power)) {
    found.push(power)
    power = (power * base) % modulus
  }
  return found
}

function euclid(left: number, right: number): string[] {
  const lines: string[] = []
  let [a, b] = [Math.max(left, right), Math.min(left, right)]
  while (b !== 0) {
    lines.push(`$${a} = ${Math.floor(a / b)} \\cdot ${b} + ${a % b}$`)
    const rest = a % b
    a = b
    b = rest
  }
  return [`Euclid's algorithm: ${lines.join(', ')}.`]
}
