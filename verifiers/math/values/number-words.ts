const SMALL: ReadonlyMap<string, number> = new Map(
  (
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
    'eighteen nineteen'
  )
    .split(' ')
    .map((word, value) => [word, value]),
)
const TENS: ReadonlyMap<string, number> = new Map(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, at) => [word, 20 + 10 * at]),
)
const SCALES: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['thousand', 1000],
  ['million', 1_000_000],
  ['billion', 1_000_000_000],
  ['trillion', 1_000_000_000_000],
])
const CHINESE: ReadonlyMap<string, number> = new Map(
  '零 一 二 三 四 五 六 七 八 九 十'.split(' ').map((char, value) => [char, value]),
)

/** Reads an English number in words (`twenty-five`, `one hundred and two`) or a single Chinese numeral. */
export function parseNumberWords(text: string): number | undefined {
  if (text.length > 100) return undefined
  const words = text.toLowerCase().replaceAll('-', ' ').split(/\s+/u).filter(Boolean)
  if (words.length === 0 || words.length > 12) return undefined
  if (words.length === 1) {
    const chinese = CHINESE.get(words[0] ?? '')
    if (chinese !== undefined) return chinese
  }
  let total = 0
  let part = 0
  let previous = ''
  for (const word of words) {
    const small = SMALL.get(word)
    const tens = TENS.get(word)
    const scale = SCALES.get(word)
    if (word === 'and' && (previous === 'hundred' || previous === 'thousand')) continue
    if (small !== undefined && (previous === '' || !SMALL.has(previous))) part += small
    else if (tens !== undefined && !SMALL.has(previous) && !TENS.has(previous)) part += tens
    else if (scale === 100 && part > 0 && part < 100) part *= 100
    else if (scale !== undefined && scale > 100 && part > 0) {
      total += part * scale
      part = 0
    } else return undefined
    previous = word
  }
  return total + part
}

/** The factor of a scale word that may follow digits, as in `1.5 million`. */
export function scaleOf(word: string): number | undefined {
  return SCALES.get(word.toLowerCase())
}
