import { multiply, ONE, power, rational, type Rational } from './rational.ts'

/** A unit of measurement: what it measures, as powers of base dimensions, and its size in base units. */
export type Unit = { dimension: string; factor: Rational; name: string }

type Base = { dimension: Readonly<Record<string, number>>; factor: Rational }

/** Reads a unit such as `cm^2`, `square feet`, `km/h` or `miles per hour`; `undefined` when any part is not a unit. */
export function parseUnit(text: string): Unit | undefined {
  if (text.length > 60) return undefined
  const parts = text
    .replaceAll('**', '^')
    .replace(/(?<=[a-z]) an? (?=[a-z])/giu, ' per ')
    .replace(/(?<=[a-z])\s+(squared|cubed)\b/giu, (_, word: string) => (/^s/iu.test(word) ? '^2' : '^3'))
    .replace(/[{}.]/gu, '')
    .replace(/\s*\^\s*/gu, '^')
    .split(/(\/|\bper\b|\s+|\*)/u)
    .filter((part) => part.trim() !== '' && part !== '*')
  if (parts.length === 0 || parts.length > 8) return undefined
  const dimension: Record<string, number> = {}
  let factor = ONE
  let sign = 1
  let next = 1
  for (const part of parts) {
    if (part === '/' || part === 'per') sign = -1
    else if (part === 'square' || part === 'sq') next = 2
    else if (part === 'cubic' || part === 'cu') next = 3
    else {
      const [name = '', exponent = ''] = part.split('^')
      const base = findBase(name) ?? findPrefixed(name)
      const times = exponent === '' ? next : Number(exponent)
      if (base === undefined || !Number.isInteger(times) || Math.abs(times) > 6) return undefined
      for (const [key, value] of Object.entries(base.dimension)) {
        dimension[key] = (dimension[key] ?? 0) + sign * times * value
      }
      factor = multiply(factor, power(base.factor, BigInt(sign * times)) ?? ONE)
      next = 1
    }
  }
  const written = Object.keys(dimension)
    .filter((key) => dimension[key] !== 0)
    .sort()
    .map((key) => `${key}${dimension[key]}`)
  return { dimension: written.join(' '), factor, name: text.trim() }
}

/** Whether a single word names a unit wherever it stands; prefixed symbols such as `MN` or `ns` may also be algebra. */
export function isUnitName(word: string): boolean {
  return findBase(word) !== undefined
}

/** ISO code of a currency sign, code or word; `undefined` for anything else. */
export function currencyCode(text: string): string | undefined {
  return CURRENCIES.get(text) ?? CURRENCIES.get(text.toLowerCase())
}

const CURRENCIES: ReadonlyMap<string, string> = new Map(
  (
    [
      ['USD', '$ us$ usd dollar dollars buck bucks 美元'],
      ['EUR', '€ eur euro euros 欧元'],
      ['GBP', '£ gbp pound-sterling'],
      ['INR', '₹ rs inr rupee rupees'],
      ['CNY', 'cny rmb yuan 元 人民币'],
      ['JPY', '¥ jpy yen'],
      ['RUB', '₽ rub ruble rubles rouble roubles'],
    ] as const
  ).flatMap(([code, names]) => names.split(' ').map((name) => [name, code] as const)),
)

const TABLE: readonly (readonly [names: string, dimension: string, num: number, den?: number])[] = [
  ['m meter meters metre metres 米', 'length1', 1],
  ['km kilometer kilometers kilometre kilometres kms 千米 公里', 'length1', 1000],
  ['cm centimeter centimeters centimetre centimetres cms 厘米', 'length1', 1, 100],
  ['mm millimeter millimeters millimetre millimetres', 'length1', 1, 1000],
  ['dm decimeter decimeters', 'length1', 1, 10],
  ['nm nanometer nanometers nanometre nanometres', 'length1', 1, 1_000_000_000],
  ['in inch inches', 'length1', 254, 10_000],
  ['ft foot feet', 'length1', 3048, 10_000],
  ['yd yard yards yds', 'length1', 9144, 10_000],
  ['mi mile miles', 'length1', 1_609_344, 1000],
  ['g gram grams gm gms 克', 'mass1', 1, 1000],
  ['kg kilogram kilograms kgs kilo kilos 千克 公斤', 'mass1', 1],
  ['mg milligram milligrams', 'mass1', 1, 1_000_000],
  ['tonne tonnes 吨', 'mass1', 1000],
  ['lb lbs pound pounds', 'mass1', 45_359_237, 100_000_000],
  ['oz ounce ounces', 'mass1', 45_359_237, 1_600_000_000],
  ['ton tons', 'mass-short1', 1],
  ['s sec secs second seconds 秒', 'time1', 1],
  ['ms millisecond milliseconds', 'time1', 1, 1000],
  ['min mins minute minutes 分钟', 'time1', 60],
  ['h hr hrs hour hours 小时', 'time1', 3600],
  ['day days 天', 'time1', 86_400],
  ['week weeks wk wks', 'time1', 604_800],
  ['month months 个月', 'month1', 1],
  ['year years yr yrs 年', 'month1', 12],
  ['decade decades', 'month1', 120],
  ['century centuries', 'month1', 1200],
  ['L l liter liters litre litres ltr ltrs 升', 'length3', 1, 1000],
  ['mL ml milliliter milliliters millilitre millilitres 毫升', 'length3', 1, 1_000_000],
  ['gal gallon gallons', 'length3', 3_785_411_784, 1_000_000_000_000],
  ['qt quart quarts', 'length3', 946_352_946, 1_000_000_000_000],
  ['pt pint pints', 'length3', 473_176_473, 1_000_000_000_000],
  ['cup cups', 'cup1', 1],
  ['hectare hectares ha', 'length2', 10_000],
  ['sqft', 'length2', 9_290_304, 100_000_000],
  ['acre acres', 'length2', 40_468_564_224, 10_000_000],
  ['mph', 'length1 time-1', 1_609_344, 3_600_000],
  ['kph kmph', 'length1 time-1', 1000, 3600],
  ['N newton newtons', 'mass1 length1 time-2', 1],
  ['J joule joules', 'mass1 length2 time-2', 1],
  ['kJ', 'mass1 length2 time-2', 1000],
  ['W watt watts', 'mass1 length2 time-3', 1],
  ['kW kilowatt kilowatts', 'mass1 length2 time-3', 1000],
  ['V volt volts', 'mass1 length2 time-3 current-1', 1],
  ['A amp amps ampere amperes', 'current1', 1],
  ['ohm ohms Omega', 'mass1 length2 time-3 current-2', 1],
  ['kohm kohms kiloohm kiloohms', 'mass1 length2 time-3 current-2', 1000],
  ['Mohm Mohms megaohm megaohms', 'mass1 length2 time-3 current-2', 1_000_000],
  ['um micrometer micrometers micrometre micrometres micron microns', 'length1', 1, 1_000_000],
  ['farad farads', 'mass-1 length-2 time4 current2', 1],
  ['uF microfarad microfarads', 'mass-1 length-2 time4 current2', 1, 1_000_000],
  ['Hz hertz', 'time-1', 1],
  ['Pa pascal pascals', 'mass1 length-1 time-2', 1],
  ['K kelvin kelvins', 'temperature1', 1],
  ['mol mole moles', 'amount1', 1],
  ['rad radian radians', '', 1],
  ['unit units', 'unit1', 1],
  ['cent cents', 'money1', 1, 100],
  ['pence penny', 'money1', 1, 100],
  ['celsius', 'celsius1', 1],
  ['fahrenheit', 'fahrenheit1', 1],
]

const PREFIXES: readonly (readonly [symbol: string, word: string, exponent: number])[] = [
  ['', '', 0],
  ['T', 'tera', 12],
  ['G', 'giga', 9],
  ['M', 'mega', 6],
  ['k', 'kilo', 3],
  ['d', 'deci', -1],
  ['c', 'centi', -2],
  ['m', 'milli', -3],
  ['u', 'micro', -6],
  ['n', 'nano', -9],
  ['p', 'pico', -12],
]

/** Units that take the prefixes of the SI: symbol, names, dimension, and size as digits and a power of ten. */
const PREFIXED: readonly (readonly [
  symbol: string,
  names: string,
  dimension: string,
  digits: number,
  exponent: number,
])[] = [
  ['m', 'meter meters metre metres', 'length1', 1, 0],
  ['g', 'gram grams', 'mass1', 1, -3],
  ['s', 'second seconds', 'time1', 1, 0],
  ['Pa', 'pascal pascals', 'mass1 length-1 time-2', 1, 0],
  ['bar', 'bars', 'mass1 length-1 time-2', 1, 5],
  ['atm', 'atmosphere atmospheres', 'mass1 length-1 time-2', 101_325, 0],
  ['Hz', 'hertz', 'time-1', 1, 0],
  ['N', 'newton newtons', 'mass1 length1 time-2', 1, 0],
  ['J', 'joule joules', 'mass1 length2 time-2', 1, 0],
  ['eV', 'electronvolt electronvolts', 'mass1 length2 time-2', 1_602_176_634, -28],
  ['cal', 'calorie calories', 'mass1 length2 time-2', 4184, -3],
  ['Wh', '', 'mass1 length2 time-2', 3600, 0],
  ['W', 'watt watts', 'mass1 length2 time-3', 1, 0],
  ['V', 'volt volts', 'mass1 length2 time-3 current-1', 1, 0],
  ['A', 'amp amps ampere amperes', 'current1', 1, 0],
  ['F', 'farad farads', 'mass-1 length-2 time4 current2', 1, 0],
  ['C', 'coulomb coulombs', 'current1 time1', 1, 0],
  ['T', 'tesla teslas', 'mass1 time-2 current-1', 1, 0],
  ['Wb', 'weber webers', 'mass1 length2 time-2 current-1', 1, 0],
  ['H', 'henry henries', 'mass1 length2 time-2 current-2', 1, 0],
  ['Bq', 'becquerel becquerels', 'activity1', 1, 0],
  ['Sv', 'sievert sieverts', 'equivalent-dose1', 1, 0],
  ['Gy', 'gray grays', 'dose1', 1, 0],
  ['K', '', 'temperature1', 1, 0],
  ['mol', 'mole moles', 'amount1', 1, 0],
  ['L', 'liter liters litre litres', 'length3', 1, -3],
  ['ohm', 'ohms', 'mass1 length2 time-3 current-2', 1, 0],
]

const BASES: ReadonlyMap<string, Base> = new Map(
  TABLE.flatMap(([names, dimension, num, den]) => {
    const base = { dimension: powersOf(dimension), factor: rational(BigInt(num), BigInt(den ?? 1)) }
    return names.split(' ').map((name) => [name, base] as const)
  }),
)

const PREFIXED_BASES: ReadonlyMap<string, Base> = new Map(
  PREFIXED.flatMap(([unit, names, dimension, digits, exponent]) =>
    PREFIXES.flatMap(([symbol, word, times]) => {
      const size = 10n ** BigInt(Math.abs(exponent + times))
      const factor = exponent + times < 0 ? rational(BigInt(digits), size) : rational(BigInt(digits) * size)
      const base = { dimension: powersOf(dimension), factor }
      const written = names
        .split(' ')
        .filter(Boolean)
        .map((name) => word + name)
      return [symbol + unit, ...written].map((name) => [name, base] as const)
    }),
  ),
)

/** `mass1 time-2` as powers of base dimensions. */
function powersOf(dimension: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    dimension
      .split(' ')
      .filter(Boolean)
      .map((part) => {
        const at = part.search(/-?\d+$/u)
        return [part.slice(0, at), Number(part.slice(at))] as const
      }),
  )
}

/** Symbols of prefixed units keep their case, in which `mW` and `MW` differ; names in full do not. */
function findPrefixed(name: string): Base | undefined {
  return PREFIXED_BASES.get(name) ?? (name.length > 5 ? PREFIXED_BASES.get(name.toLowerCase()) : undefined)
}

function findBase(name: string): Base | undefined {
  return BASES.get(name) ?? (name.length > 2 ? BASES.get(name.toLowerCase()) : undefined)
}
