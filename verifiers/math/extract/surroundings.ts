import { isDeniedAfter, isDeniedBefore, isHedged } from '../../extract/denial.ts'

/** What carries a number as its name: no value stands behind it. */
const NUMBERED =
  /(?:\b(?:theorem|lemma|corollary|proposition|figure|fig|table|pages?|chapter|section|equations?|eqn?|steps?|problems?|questions?|exercises?|examples?|lines?|rows?|columns?|rooms?|options?|choices?|parts?|axiom|definition|claim|appendix|footnote|note|items?|rule|method|approach|attempt|version|volume|paragraph|stage|phase|task|identity|formula|condition|property|remark|case|inequality|statement|hint|diagram|graph|chart|slide|exhibit|pp?)\.?|§)\s*\(?$/iu

const NUMBER_WORD =
  '(?:\\d|\\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|fraction|ratio|twice))'
/** An operator in words, or a bound, that ends where the number begins. */
const OPERATOR_BEFORE = new RegExp(
  `${NUMBER_WORD}\\s+(?:over|out of|divided by|times|plus|minus|multiplied by|choose|mod(?:ulo)?|less than|more than|remainder|per|of|in|to the power of|to|by|and between)\\s+[$\\\\(]*$` +
    `|\\b(?:modulo|mod|percent of|per cent of|% of|factorial of|log(?:arithm)? of|power of|root of|(?:multiple|factor|divisor|inverse|reciprocal|square|cube|half|third|quarter|double|triple|negative|opposite)s? of|(?:more|less|fewer|greater|larger|smaller|higher|lower|bigger|other|rather) than(?: or equal to)?|or equal to|equal or (?:more|less) than|between|from \\S+ (?:up )?to|remainder of|order of|at position|choose|sqrt|range of|over 1)\\s+[$\\\\(]*$`,
  'iu',
)
/** What goes on with a number that has been read, so that it is not the value. */
const GOES_ON =
  /^(?:(?:st|nd|rd|th)\b|\+(?!\s?[=\d])|[π√²³⁰-⁹₀-₉]|\s?[–-]\s?\$?\d|\s+or\s+(?:\$?\\?[a-z](?![a-z])|any|every|all)\b|\s*(?:or (?:more|less|fewer|higher|lower|greater|above|below|larger|smaller|so)\b|(?:or|to) \$?-?\d|(?:and|plus) (?:a|one|two|three|four|five) (?:hal|third|quarter|fourth|fifth|sixth|eighth|tenth)|(?:less|more|fewer|greater|smaller|larger|higher|lower) than\s+(?:\$?\d|twice|half|double)|over \$?\d+(?![\d.]|\s?(?:days?|hours?|weeks?|months?|years?|minutes?|seconds?))|out of \$?\d|choose \d|factorial\b|squared\b|cubed\b|per ?cent of\b|% of\b|to the (?:power|\w+ power)|mod(?:ulo)?\b|remainder\b|times \d|(?:half|thirds?|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth|thousandth|millionth|halve)s\b|in base\b|of \d+ (?:percent|%)))/iu
/** `5K` may be five thousand. */
const SCALE_LETTER = /^[KMB](?![\p{L}^])/u
/** A share of certainty, which is said about an answer. */
const CERTAINTY =
  /^\s?(?:%\s|percent\s|per cent\s)?(?:sure|certain|confident|positive|correct|accurate|confidence)\b/iu
/** A sentence that tries, doubts or gives up. */
const UNSURE =
  /\b(?:could (?:try|guess)|(?:you|one|some|many|people|students) (?:might|may|could|would) (?:think|say|guess|expect|believe)|maybe|perhaps|not sure|unsure|uncertain|(?:do not|don['’]t) know|(?:could not|couldn['’]t|cannot|can['’]t|unable to) (?:finish|solve|determine|decide|tell|find|say|give|answer|complete|compute)|needs? more (?:thought|work|time|care)|let(?:['’]s| us) (?:try|guess|suppose|assume|say)|(?:can|could|should|will) try|trying|suppose|assume|guess(?:ing)?|more thought)\b/iu

/** Whether what stands around a number or a formula in a sentence makes it something else than the value. */
export function isSpoiled(before: string, after: string): boolean {
  return (
    NUMBERED.test(before) ||
    OPERATOR_BEFORE.test(before) ||
    goesOn(after) ||
    CERTAINTY.test(after) ||
    isDeniedBefore(before) ||
    isDeniedAfter(after) ||
    isHedged(before)
  )
}

/** Whether a value is only the beginning of what is said, as in `5 over 3`, `5K` and `5 or more`. */
export function goesOn(after: string): boolean {
  return GOES_ON.test(after) || SCALE_LETTER.test(after)
}

/** Whether a sentence tries a value or doubts instead of stating a result. */
export function isUnsure(sentence: string): boolean {
  return UNSURE.test(sentence)
}
