/** The writing systems that are distinguished; everything else that is a letter is `other`. */
export const scripts = [
  'Latin',
  'Han',
  'Kana',
  'Hangul',
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Thai',
  'other',
] as const
export type Script = (typeof scripts)[number]

/**
 * Calls `visit` for each run of neighbouring letters of one script, in order; digits, marks and symbols belong to no
 * script. A letter outside of the first plane of Unicode counts once.
 */
export function visitScriptRuns(text: string, visit: (script: Script, letters: number) => void): void {
  let run = none
  let letters = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    let script = known[unit]!
    if (script === unknown) {
      const point = text.codePointAt(at)!
      script = scriptOf(point)
      if (point > 0xffff) at++
    }
    if (script === run) {
      letters++
      continue
    }
    if (run !== none) visit(scripts[run - 1]!, letters)
    run = script
    letters = 1
  }
  if (run !== none) visit(scripts[run - 1]!, letters)
}

const none = 0
const unknown = 255

/** One more than the place in `scripts` for each UTF-16 unit, filled in as units are met; halves of pairs stay unknown. */
const known = new Uint8Array(65_536).fill(unknown)

/** The same for the characters that take two units. */
const knownPairs = new Map<number, number>()

function scriptOf(point: number): number {
  const script = point > 0xffff ? knownPairs.get(point) : undefined
  if (script !== undefined) return script
  const character = String.fromCodePoint(point)
  const place = properties.findIndex((property) => property.test(character))
  const found = place !== -1 ? place + 1 : isOtherLetter.test(character) ? scripts.length : none
  if (point > 0xffff) knownPairs.set(point, found)
  else if (point < 0xd800 || point > 0xdbff) known[point] = found
  return found
}

/** In the order of `scripts`, without `other`. */
const properties = [
  /\p{Script=Latin}/u,
  /\p{Script=Han}/u,
  /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  /\p{Script=Hangul}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Devanagari}/u,
  /\p{Script=Bengali}/u,
  /\p{Script=Tamil}/u,
  /\p{Script=Thai}/u,
]

/** Script=Common holds letters that belong to no language, such as the mathematical alphabets. */
const isOtherLetter = /(?!\p{Script=Common})\p{L}/u
