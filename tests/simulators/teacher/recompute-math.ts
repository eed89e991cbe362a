import { evaluatePolynomial, integersOf, readList, readNumber } from './read-text.ts'

type Check = (prompt: string, gold: string) => boolean

/** Each answer found again from nothing but the text of the question, by another way than the generator's. */
export const mathChecks: Readonly<Record<string, Check>> = {
  arithmetic(prompt, gold) {
    const [a, b, c, d, e] = integersOf(prompt.replace(/ - /g, ' '))
    return Number(gold) === a! + (b! * c! - b! * d!) - e!
  },
  'word-problems'(prompt, gold) {
    const goods = [
      ...prompt.matchAll(/(\d+) (notebooks?|pencils?|tickets?|mugs?|scar[fv]e?s?|posters?|puzzles?|lamps?)/g),
    ]
    const price = (word: string): number => {
      const stem = word.slice(0, 3)
      const found = new RegExp(`${stem}[a-z]*(?: for| costs| is) \\$(\\d+)`).exec(
        prompt.replace(/One (\w+) is/, '$1 is'),
      )
      return Number(found![1])
    }
    const cost = goods.reduce((total, [, count, word]) => total + Number(count) * price(word!), 0)
    const amounts = [...prompt.matchAll(/\$(\d+)/g)].map(([, amount]) => Number(amount))
    return Math.max(...amounts) - cost === Number(gold)
  },
  'linear-equations'(prompt, gold) {
    const [, left, right] = /([-+ \da-z^]*[a-z][-+ \da-z^]*) = ([-+ \da-z^]+)/.exec(formula(prompt))!
    const at = readNumber(gold)
    return close(evaluatePolynomial(left!, at), evaluatePolynomial(right!, at))
  },
  'quadratic-equations'(prompt, gold) {
    const left = formula(prompt).replace(/ = 0.*/, '')
    const roots = readList(gold)
    return (
      roots.length === 2 &&
      roots[0] !== roots[1] &&
      roots.every((root) => close(evaluatePolynomial(left, root), 0))
    )
  },
  fractions(prompt, gold) {
    const [a, b, c] = [...prompt.matchAll(/\\frac\{(\d+)\}\{(\d+)\}/g)].map(
      ([, top, bottom]) => Number(top) / Number(bottom),
    )
    const second = prompt.includes('\\div') ? b! / c! : b! * c!
    return close(readNumber(gold), prompt.includes('} - \\frac') ? a! - second : a! + second)
  },
  percentages(prompt, gold) {
    const numbers = integersOf(prompt)
    if (/discount|reduced|sale/.test(prompt)) {
      const off = Number(/(\d+)%/.exec(prompt)![1])
      const price = numbers.find((value) => value !== off) ?? off
      return close(Number(gold), price - (price * off) / 100)
    }
    const [small, large] = [Math.min(...numbers), Math.max(...numbers)]
    return close((readNumber(gold) / 100) * large, small)
  },
  'number-theory'(prompt, gold) {
    if (/remainder|\\equiv/.test(prompt)) {
      const [, base, exponent] = /(\d+)\^\{(\d+)\}/.exec(prompt)!
      const modulus = integersOf(prompt.replace(/\d+\^\{\d+\}/, '')).at(-1)!
      return BigInt(base!) ** BigInt(exponent!) % BigInt(modulus) === BigInt(gold)
    }
    const [a, b] = integersOf(prompt) as [number, number]
    let value = /multiple|lcm/.test(prompt) ? Math.max(a, b) : Math.min(a, b)
    if (/multiple|lcm/.test(prompt)) while (value % a !== 0 || value % b !== 0) value++
    else while (a % value !== 0 || b % value !== 0) value--
    return value === Number(gold)
  },
  combinatorics(prompt, gold) {
    const numbers = integersOf(prompt)
    if (/row|order|lined/.test(prompt)) {
      const [people, places] = [Math.max(...numbers), Math.min(...numbers)]
      return orderedLists(people, places) === Number(gold)
    }
    const from = prompt.startsWith('In') ? numbers.slice(2) : numbers.slice(0, 2)
    const chosen = prompt.startsWith('In') ? numbers.slice(0, 2) : numbers.slice(2)
    return subsets(from[0]!, chosen[0]!) * subsets(from[1]!, chosen[1]!) === Number(gold)
  },
  probability(prompt, gold) {
    const [, first, color, second] = /(\d+) (\w+) and (\d+) \w+/.exec(prompt)!
    const balls = [...Array<boolean>(Number(first)).fill(true), ...Array<boolean>(Number(second)).fill(false)]
    let [hits, all] = [0, 0]
    balls.forEach((one, index) =>
      balls.forEach((other, place) => {
        if (index === place) return
        all++
        if (prompt.includes(`both are ${color}`) ? one && other : one || other) hits++
      }),
    )
    return close(readNumber(gold), hits / all)
  },
  geometry(prompt, gold) {
    const numbers = integersOf(prompt)
    const value = readNumber(gold)
    if (prompt.includes('circle')) {
      const radius = prompt.includes('diameter') ? numbers[0]! / 2 : numbers[0]!
      return close(value, prompt.includes('area') ? Math.PI * radius ** 2 : Math.PI * 2 * radius)
    }
    const [a, b, height] = numbers
    // A rectangle on the shorter base and two triangles beside it.
    if (prompt.includes('trapezoid'))
      return close(value, Math.min(a!, b!) * height! + (Math.abs(a! - b!) * height!) / 2)
    return close(value, Math.hypot(a!, b!))
  },
  sequences(prompt, gold) {
    const numbers = integersOf(prompt)
    if (prompt.includes('geometric') || prompt.includes('g_1')) {
      const text = formula(prompt)
      const index = Number(
        /number (\d+)|g_\{(\d+)\}/
          .exec(prompt)!
          .slice(1)
          .find((found) => found !== undefined),
      )
      const listed = /(-?\d+), (-?\d+), (-?\d+)/.exec(text)
      const first = listed
        ? Number(listed[1])
        : Number(/starts with \$(-?\d+)|g_1 = (-?\d+)/.exec(prompt)!.slice(1).find(Boolean))
      const ratio = listed
        ? Number(listed[2]) / first
        : Number(/ratio \$(-?\d+)|= (-?\d+) g_n/.exec(prompt)!.slice(1).find(Boolean))
      let value = first
      for (let step = 1; step < index; step++) value *= ratio
      return value === Number(gold)
    }
    const count = Number(/first (\d+) terms|a_\{(\d+)\}/.exec(prompt)!.slice(1).find(Boolean))
    const listed = /(-?\d+), (-?\d+), (-?\d+)/.exec(prompt)
    const recursion = /a_1 = (-?\d+)\$ and \$a_\{n\+1\} = a_n ([+-]) (\d+)/.exec(prompt)
    const first = listed ? Number(listed[1]) : recursion ? Number(recursion[1]) : numbers[0]!
    const step = listed
      ? Number(listed[2]) - first
      : recursion
        ? Number(`${recursion[2]}${recursion[3]}`)
        : Number(/difference \$(-?\d+)/.exec(prompt)![1])
    let total = 0
    for (let index = 0; index < count; index++) total += first + index * step
    return total === Number(gold)
  },
  'systems-of-equations'(prompt, gold) {
    const [x, y] = readList(gold)
    const equations = [...prompt.replaceAll('&', '').matchAll(/(-?\d*)x ([+-]) (\d*)y = (-?\d+)/g)]
    return (
      equations.length === 2 &&
      equations.every(([, a, sign, b, right]) => {
        const first = a === '' ? 1 : a === '-' ? -1 : Number(a)
        const second = (b === '' ? 1 : Number(b)) * (sign === '-' ? -1 : 1)
        return Number(right) === first * x! + second * y!
      })
    )
  },
  inequalities(prompt, gold) {
    const [, left, sign, right] = /([^$]+) (<|\\le) (-?\d+)/.exec(formula(prompt))!
    const holds = (at: number): boolean => {
      const value = evaluatePolynomial(left!, at) - Number(right)
      return sign === '<' ? value < -1e-9 : value <= 1e-9
    }
    const [low, high] = gold.slice(1, -1).split(', ')
    const ends = [low!, high!].map((end) => (end.includes('infty') ? null : readNumber(end)))
    const [from, to] = [ends[0] ?? ends[1]! - 1000, ends[1] ?? ends[0]! + 1000]
    if (!holds((from + to) / 2)) return false
    return ends.every((end, index) => {
      if (end === null) return true
      const closed = index === 0 ? gold.startsWith('[') : gold.endsWith(']')
      const outward = index === 0 ? -0.01 : 0.01
      return holds(end) === closed && !holds(end + outward) && holds(end - outward)
    })
  },
  derivatives(prompt, gold) {
    const given = /(?:= |^)([-\dx][-+ \dx^{}]*)$/.exec(
      formula(prompt).replace(/.*left\(|\\right\)/g, ''),
    )![1]!
    return [-2, -0.5, 0.3, 1.7].every((at) => {
      const slope = (evaluatePolynomial(given, at + 1e-4) - evaluatePolynomial(given, at - 1e-4)) / 2e-4
      return Math.abs(slope - evaluatePolynomial(gold, at)) < 1e-3
    })
  },
  statistics(prompt, gold) {
    const data = integersOf(/(\d+(?:, \d+)+)/.exec(prompt)![1]!)
    const value = Number(gold)
    if (prompt.includes('mean')) {
      return close(
        value * data.length,
        data.reduce((left, right) => left + right, 0),
      )
    }
    // Taking off the smallest and the largest in turn leaves the middle.
    while (data.length > 2) {
      data.splice(data.indexOf(Math.min(...data)), 1)
      data.splice(data.indexOf(Math.max(...data)), 1)
    }
    return close(value, (data[0]! + data.at(-1)!) / 2)
  },
  integrals(prompt, gold) {
    const [, low, high, integrand] = /int_\{(-?\d+)\}\^\{(-?\d+)\} (?:\\left)?\((.+?)(?:\\right)?\)/.exec(
      prompt,
    )!
    const [a, b] = [Number(low), Number(high)]
    const f = (at: number): number => evaluatePolynomial(integrand!, at)
    // Simpson's rule is exact up to degree three.
    return close(readNumber(gold), ((b - a) / 6) * (f(a) + 4 * f((a + b) / 2) + f(b)))
  },
  polynomials(prompt, gold) {
    const given = formula(prompt)
    return [-2, -1, 0, 1, 2, 3].every((at) => close(evaluateFactors(given, at), evaluateFactors(gold, at)))
  },
  coordinates(prompt, gold) {
    const [x1, y1, x2, y2] = integersOf(prompt) as [number, number, number, number]
    if (!prompt.includes('midpoint')) return close(readNumber(gold), Math.hypot(x2 - x1, y2 - y1))
    const [x, y] = readList(gold)
    return close(x! - x1, x2 - x!) && close(y! - y1, y2 - y!)
  },
  logarithms(prompt, gold) {
    const value = readNumber(gold)
    const text = formula(prompt)
    const argument = /\\frac\{1\}\{(\d+)\}/.exec(text)
    if (text.includes('\\log')) {
      const [, base] = /log_\{(\d+)\}/.exec(text)!
      const size = argument ? 1 / Number(argument[1]) : Number(/\}(?:\\left\()? ?(\d+)/.exec(text)![1])
      return close(value, Math.log(size) / Math.log(Number(base)))
    }
    const [, base, extra] = /(\d+)\^\{x(?: \+ (\d+))?\}/.exec(text)!
    const size = argument ? 1 / Number(argument[1]) : Number(/= (\d+)/.exec(text)![1])
    return close(Math.log(size), (value + Number(extra ?? 0)) * Math.log(Number(base)))
  },
}

/** The longest formula of a prompt, between any of the usual marks. */
function formula(prompt: string): string {
  const formulas = [...prompt.matchAll(/\$([^$]+)\$|\\\[(.+?)\\\]/g)].map(
    ([, dollars, display]) => dollars ?? display!,
  )
  return formulas
    .reduce((longest, other) => (other.length > longest.length ? other : longest))
    .replace(/\.$/, '')
}

function close(left: number, right: number): boolean {
  return Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(left), Math.abs(right))
}

function evaluateFactors(text: string, at: number): number {
  const factors = [...text.matchAll(/\(([^()]+)\)/g)]
  if (factors.length === 0) return evaluatePolynomial(text, at)
  return factors.reduce((product, [, factor]) => product * evaluatePolynomial(factor!, at), 1)
}

/** Number of subsets by Pascal's rule. */
function subsets(n: number, k: number): number {
  if (k === 0 || k === n) return 1
  return subsets(n - 1, k - 1) + subsets(n - 1, k)
}

function orderedLists(n: number, k: number): number {
  return k === 0 ? 1 : n * orderedLists(n - 1, k - 1)
}
