import { isDeniedAfter, isDeniedBefore } from '../extract/denial.ts'

/** What a text says about an option that it names: it takes it, rules it out, or neither. */
export type Stance = 'for' | 'against' | 'open'

const OPTION_WORDS =
  '(?:the|an?|either|only|option|options|choice|choices|answer|answers|letter|with|for|is|be)'
/** Words of decision that end where the option begins. */
const TAKEN_BEFORE = new RegExp(
  `(?:\\b(?:finali[sz]e|choose|chosen|chose|pick|picked|select|selected|go(?:ing)? (?:with|for)|opt for|answer (?:is|must be|should be)|answer\\s*[:=]|it is|it['’]s|it must be|must be|leaves?(?: us with| only)?|leaving(?: only)?|left with|conclude|so|thus|hence|therefore|correct (?:one|option|choice) is|best (?:one|option|choice) is|right (?:one|option|choice) is)|=>|→|⇒)[\\s,:*"“]*(?:${OPTION_WORDS}\\s+)*[(*"“]*$`,
  'iu',
)
/** Words that set an option aside and end where it begins. */
const LEFT_BEFORE =
  /\b(?:rul(?:e|es|ed|ing) out|eliminat\w*|exclud\w*|reject\w*|discard\w*|dismiss\w*|cross(?:ed|ing)? out|why not|not|nor|neither|choosing|picking|tempted by|tempting|over|than|versus|vs\.?|unlike|instead of|rather than|isn['’]t|except)\s+(?:be\s+)?(?:the\s+)?(?:options?|choices?|answers?|letters?)?[\s(*"“]*$/iu
const TAKEN_AFTER =
  /^\)?[\s*:.)–—-]{0,6}(?:(?:,\s*)?(?:because|since)\b|(?:(?:is|must be|seems|looks|would be|are)\s+)?(?:(?:clearly|definitely|therefore|thus|obviously|indeed|also)\s+)?(?:the\s+)?(?:(?:only|most)\s+)?(?:correct|right|true|best|answer|solution|fits?|works?|holds|matches|satisf\w+|valid|chosen|yes)\b|[✅✓✔☑])/iu
const LEFT_AFTER =
  /^\)?(?:\?\s*(?:no|nope|not)\b|[\s*:.,)–—-]{0,6}(?:(?:is|are|was|were|would be|seems?|looks?|has|have|gives?|yields?)\s+)?(?:\w+ly\s+)?(?:both\s+|all\s+|each\s+)?(?:incorrect|wrong|false|not\b|no\b|out\b|ruled out|eliminated|excluded|too\s\w+|off\b|❌|✗|✘|impossible|invalid|the (?:wrong|other|opposite)|unlikely|tempting|an? (?:trap|distractor|common (?:mistake|trap)|frequent)|can(?:not|['’]t)|doesn['’]t|does not|do not|don['’]t|isn['’]t|aren['’]t|fails?|contradicts|needs?|would (?:need|require|give|be)|violates?|overestimates?|underestimates?))/iu

/** The stance of a text on the option that stands between `start` and `end`. */
export function stanceOn(text: string, start: number, end: number): Stance {
  const before = text.slice(Math.max(0, start - 120), start)
  const [after = ''] = text.slice(end, end + 160).split('\n', 1)
  if (LEFT_BEFORE.test(before) || isDeniedBefore(before)) return 'against'
  // `The answer is C, not D`: what follows the comma is about another option.
  if (!/^\W*,?\s*(?:and |but )?(?:not|rather than|instead of)\b/iu.test(after)) {
    if (LEFT_AFTER.test(after) || isDeniedAfter(after)) return 'against'
    if (/^[^.;]{0,100}[❌✗✘]/u.test(after)) return 'against'
  }
  if (/^[^.;]{0,100}[✅✓✔]/u.test(after)) return 'for'
  return TAKEN_BEFORE.test(before) || TAKEN_AFTER.test(after) ? 'for' : 'open'
}
