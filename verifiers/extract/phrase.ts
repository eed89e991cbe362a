import { isDeniedAfter, isHedged, isRetracted, isSupposed } from './denial.ts'

/** Phrases after which the final answer stands, in the languages that teachers answer in. */
const PHRASES: readonly RegExp[] = [
  /final\s{1,4}answer\s{0,4}(?:is|:|=|\*\*:?)/giu,
  /(?:correct|right)\s{1,4}answer\s{0,4}(?:is|:)/giu,
  /\b(?:answers?|choice|option)\s{0,4}(?:is|are|:|=|\*\*:?)/giu,
  /\b(?:result|value|solution|root)s?\s{0,4}(?:is|are|:)/giu,
  /(?:réponse|respuesta|risposta|antwort|resposta)\s{0,4}(?:finale?)?\s{0,4}(?:est|es|è|ist|é|:)/giu,
  /(?:答案|结果)\s{0,4}(?:是|为|：|:)/gu,
]

const MAX_REMAINDER = 800
/** Characters from the end in which a phrase is looked for. */
const CLEAR_PHRASE_REACH = 1_200
const VAGUE_PHRASE_REACH = 250

/** A denial with a value right behind it; `not enough information` and `not guilty` are answers. */
const DENIED_VALUE =
  /^[\s*:"'“]*(?:(?:certainly|definitely|clearly|obviously|probably)\s+)?(?:not|never|neither|none of|unlikely(?: to be)?|hardly|anything but|other than|pas|nicht|不是|nunca)\s+(?:be\s+|the\s+|equal to\s+)?(?:[-–−$\\([{]|\d|\*\*|(?:option\s)?\(?[A-Z]\)?(?![\p{L}]))/iu

/** Why the last stated answer must not be taken. */
type Doubt = 'denied_answer' | 'supposed_answer' | 'retracted_answer'

/** What stands behind the last phrase such as `the answer is` that is meant, or why none of them is. */
export type Stated = { said: string; doubt: undefined } | { said: undefined; doubt: Doubt }

/**
 * What stands behind the last phrase such as `the answer is`, up to the end of the paragraph. A phrase that denies its
 * value, supposes it or gives the opinion of others is passed over; where no other is left, the answer is in doubt.
 */
export function statedAnswer(text: string): Stated | undefined {
  const tail = text.slice(-CLEAR_PHRASE_REACH)
  const near = Math.max(0, tail.length - VAGUE_PHRASE_REACH)
  const clear = matchesOf(PHRASES.slice(0, 3), tail)
  // `the value is` is said on the way as well; it counts near the end only.
  const found =
    clear.length > 0
      ? clear
      : matchesOf(PHRASES.slice(3), tail).filter((match) => match.index + match[0].length >= near)
  const ends = new Map(found.map((match) => [match.index + match[0].length, match.index]))
  let doubt: Doubt | undefined
  for (const [end, start] of [...ends].toSorted(([a], [b]) => b - a)) {
    const rest = tail.slice(end, end + MAX_REMAINDER).replace(/^[\s:*]+/u, '')
    const stop = rest.search(/\n\s*\n/u)
    const paragraph = (stop > 0 ? rest.slice(0, stop) : rest).trim()
    if (paragraph === '') continue
    const trouble = troubleWith(tail.slice(0, start), paragraph, tail.slice(end))
    if (trouble === undefined) return { said: paragraph, doubt: undefined }
    doubt ??= trouble
    // What was taken back is not replaced by what was said before it.
    if (trouble === 'retracted_answer') break
  }
  return doubt === undefined ? undefined : { said: undefined, doubt }
}

/** What stands behind the last phrase such as `the answer is`, `undefined` where it is missing or in doubt. */
export function afterPhrase(text: string): string | undefined {
  return statedAnswer(text)?.said
}

function matchesOf(phrases: readonly RegExp[], text: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = []
  for (const phrase of phrases) found.push(...text.matchAll(phrase))
  return found
}

function troubleWith(before: string, said: string, after: string): Doubt | undefined {
  if (isSupposed(before) || isHedged(before)) return 'supposed_answer'
  if (DENIED_VALUE.test(said)) return 'denied_answer'
  const value = /^(?:[^\s,;.!?。，]|[.,](?=\d))+/u.exec(said)?.[0] ?? ''
  if (/^\W*\?\s*(?:no|nope|not|wrong|never)\b/iu.test(said.slice(value.length))) return 'denied_answer'
  if (isDeniedAfter(said.slice(value.length))) return 'denied_answer'
  return isRetracted(after.slice(value.length)) ? 'retracted_answer' : undefined
}
