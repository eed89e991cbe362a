import { integersOf, readNumber } from './read-text.ts'

type Check = (prompt: string, gold: string, choices: readonly string[]) => boolean

const PER_UNIT: Readonly<Record<string, number>> = {
  m: 1,
  km: 1000,
  cm: 0.01,
  mm: 0.001,
  g: 1,
  kg: 1000,
  mL: 1,
  L: 1000,
  min: 1,
  h: 60,
  'cm²': 0.0001,
  'm²': 1,
}

/** The checks of the kinds that are not plain mathematics. */
export const otherChecks: Readonly<Record<string, Check>> = {
  'choice-numbers'(prompt, gold, choices) {
    const [a, b, c] = integersOf(prompt) as [number, number, number]
    const value = prompt.includes('seats')
      ? a * b - c
      : prompt.includes('remainder')
        ? a % b
        : prompt.includes('x^2')
          ? (a - b) * (a + b)
          : a * b
    return (
      choices.indexOf(String(value)) === gold.charCodeAt(0) - 65 && new Set(choices).size === choices.length
    )
  },
  'choice-properties'(prompt, gold, choices) {
    const divisor = /divisible by (\d+)/.exec(prompt)
    const holds = (value: number): boolean =>
      divisor === null ? !/^1?$|^(11+?)\1+$/.test('1'.repeat(value)) : value % Number(divisor[1]) === 0
    return onlyOne(choices, gold, (option) => holds(Number(option)))
  },
  'choice-words'(prompt, gold, choices) {
    const [pivot, letter] = [...prompt.matchAll(/"(\w+)"/g)].map(([, word]) => word!) as [string, string]
    return onlyOne(choices, gold, (word) => {
      if (prompt.includes('more letters')) return word.length > pivot.length && word.split(letter).length > 1
      const order = word.localeCompare(pivot, 'en')
      return prompt.includes('after') ? order > 0 : order < 0
    })
  },
  'unit-conversion'(prompt, gold) {
    const names = '(km|cm²|m²|cm|mm|m|kg|g|mL|L|min|h)'
    const [, amount, from] = new RegExp(`(\\d+) ${names}(?![a-z²])`).exec(prompt)!
    const to = [
      ...prompt.replace(`${amount} ${from}`, '').matchAll(new RegExp(`(?<![a-z])${names}(?![a-z²])`, 'g')),
    ].at(-1)![1]!
    return close(readNumber(gold) * PER_UNIT[to]!, Number(amount) * PER_UNIT[from!]!)
  },
  physics(prompt, gold) {
    const values = new Map<string, number>()
    for (const [, name, value] of prompt.matchAll(/(\w+) (\d+\.?\d*) /g)) values.set(name!, Number(value))
    const asked = /(?:the|calculate the) ([\w ]+?)(?: in |, in| \(in)/.exec(prompt)![1]!.split(' ').at(-1)!
    values.set(asked, readNumber(gold))
    const products = [
      ['distance', 'speed', 'time'],
      ['mass', 'density', 'volume'],
      ['voltage', 'resistance', 'current'],
      ['force', 'mass', 'acceleration'],
      ['energy', 'power', 'time'],
    ]
    const law = products.find((names) => names.every((name) => values.has(name)))!
    return close(values.get(law[0]!)!, values.get(law[1]!)! * values.get(law[2]!)!)
  },
  calendar(prompt, gold) {
    const [, today] = /(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)/.exec(prompt)!
    const days = Number(/\d+/.exec(prompt)![0]) * (/ago|before|bought/.test(prompt) ? -1 : 1)
    // Some date that falls on the weekday named; the calendar of the platform does the rest.
    const start = Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2024, 5, 3 + day))).find(
      (date) => weekday(date) === today,
    )!
    return weekday(new Date(start.getTime() + days * 86_400_000)) === gold
  },
  'word-sorting'(prompt, gold) {
    const listed = gold.split(' ')
    const asked = prompt
      .split(/order[^:]*: |spaces: /)
      .at(-1)!
      .replace(/\. Answer.*|\.$/, '')
      .split(/,? /)
    const sign = prompt.includes('reverse') ? -1 : 1
    return (
      listed.length === asked.length &&
      asked.every((word) => listed.includes(word)) &&
      listed.every((word, index) => index === 0 || sign * listed[index - 1]!.localeCompare(word, 'en') < 0)
    )
  },
  'logic-ordering'(prompt, gold) {
    const clues = [...prompt.matchAll(/(\w+) is \w+ than (\w+)/g)].map(
      ([, more, less]) => [more!, less!] as const,
    )
    const people = [...new Set(clues.flat())]
    // Place = number of people above, found by following the clues upwards from everybody.
    const above = (person: string): number => {
      const direct = clues.filter(([, less]) => less === person)
      return direct.length === 0 ? 0 : 1 + Math.max(...direct.map(([more]) => above(more)))
    }
    const numbered = /number (\d+)/.exec(prompt)
    const place = numbered
      ? Number(numbered[1]) - 1
      : /Who is the (tallest|oldest|fastest|heaviest)/.test(prompt)
        ? 0
        : people.length - 1
    return above(gold) === place && people.filter((person) => above(person) === place).length === 1
  },
  'roman-numerals'(prompt, gold) {
    const numeral = /\b[MDCLXVI]{2,}\b/.exec(prompt)?.[0] ?? gold
    const number = numeral === gold ? Number(/\d+/.exec(prompt)![0]) : Number(gold)
    return romanValue(numeral) === number && !/(.)\1{3}/.test(numeral)
  },
  'string-operations'(prompt, gold) {
    const [, word] = /"(\w+)"/.exec(prompt)!
    const letters = Array.from(word!)
    if (/backwards|Reverse|back to front/.test(prompt))
      return letters.reduce((text, letter) => letter + text, '') === gold
    if (prompt.includes('vowels') || prompt.includes('deleted'))
      return letters.filter((letter) => !'aeiou'.includes(letter)).join('') === gold
    if (/next letter|one place forward/.test(prompt)) {
      const alphabet = 'abcdefghijklmnopqrstuvwxyza'
      return letters.map((letter) => alphabet[alphabet.indexOf(letter) + 1]).join('') === gold
    }
    if (/second letter|1, 3, 5/.test(prompt)) return word!.replace(/(.).?/g, '$1') === gold
    return letters.toSorted((left, right) => left.localeCompare(right)).join('') === gold
  },
}

function onlyOne(choices: readonly string[], gold: string, holds: (option: string) => boolean): boolean {
  const fitting = choices.filter((option) => holds(option))
  return fitting.length === 1 && choices.indexOf(fitting[0]!) === gold.charCodeAt(0) - 65
}

function weekday(date: Date): string {
  return date.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' })
}

function romanValue(numeral: string): number {
  const values: Record<string, number> = { M: 1000, D: 500, C: 100, L: 50, X: 10, V: 5, I: 1 }
  return Array.from(numeral).reduce((total, letter, index) => {
    const [value, next] = [values[letter]!, values[numeral[index + 1] ?? ''] ?? 0]
    return value < next ? total - value : total + value
  }, 0)
}

function close(left: number, right: number): boolean {
  return Math.abs(left - right) <= 1e-9 * Math.max(1, Math.abs(left), Math.abs(right))
}
