import type { Node } from '../values/expression.ts'

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
)

/** Calendar dates, which are no differences and no quotients, as one text that is the same for every spelling. */
export function parseDate(text: string): Node | undefined {
  const iso = /^(\d{4})[-–./](\d{1,2})[-–./](\d{1,2})$/u.exec(text)
  if (iso !== null) return date(iso[1], Number(iso[2]), Number(iso[3]))
  const chinese = /^(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]$/u.exec(text)
  if (chinese !== null) return date(chinese[1], Number(chinese[2]), Number(chinese[3]))
  const numbers = /^(\d{1,2})([-./])(\d{1,2})\2(\d{4})$/u.exec(text)
  if (numbers !== null) {
    const [first, second] = [Number(numbers[1]), Number(numbers[3])]
    // 3/5/2020 is two days, 25/3/2020 only one.
    if (second > 12) return date(numbers[4], first, second)
    return first > 12
      ? date(numbers[4], second, first)
      : { kind: 'text', text: `date ${first}/${second}/${numbers[4]}` }
  }
  const named =
    /^(?:[a-z]+day,? )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?$/iu.exec(text) ??
    /^(?:[a-z]+day,? )?(?:the )?(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]{3,9})\.?,?(?: (\d{4}))?$/iu.exec(
      text,
    )
  if (named === null) return undefined
  const [word, day] = /^\d/u.test(named[1] ?? '') ? [named[2], named[1]] : [named[1], named[2]]
  const month = monthOf(word ?? '')
  return month === undefined ? undefined : date(named[3], month, Number(day))
}

function monthOf(word: string): number | undefined {
  const lower = word.toLowerCase()
  const at = MONTHS.findIndex(
    (name) => name === lower || (lower.length >= 3 && lower.length <= 4 && name.startsWith(lower)),
  )
  return at < 0 ? undefined : at + 1
}

function date(year: string | undefined, month: number, day: number): Node | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined
  return { kind: 'text', text: `date ${year ?? 'of any year'} ${month} ${day}` }
}
