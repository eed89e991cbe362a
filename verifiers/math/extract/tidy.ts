/** Tags that only style a text. */
const STYLE_TAGS = /<(b|strong|i|em|u|span|mark|center)>([^<>]{0,400})<\/\1>/giu
/** Signs at the end of a line that say `done` or `right`. */
const CLOSING_SIGNS =
  /(?<=[^\s✓✔✅☑🎉∎])[ \t]*(?:[✓✔✅☑🎉∎]|\u{fe0f}|\\(?:blacksquare|qed|checkmark)(?![a-zA-Z]))+(?=[$ \t]*$)/gmu
/** `*18*` and `__18__` in running text; a product such as `2 *3* 4` has numbers around it. */
const EMPHASIS =
  /(?<=^|[\p{L}:,=]\s{1,2})(?:\*([-$\\]?\d[^*\n]{0,60})\*|__([-$\\]?\d[^_\n]{0,60})__)(?=[\s.]*$|\s\p{L}|[.,]\s)/gmu
/** First words of a paragraph behind the answer that is a remark about it. */
const REMARK =
  /^[^\p{L}\p{N}]{0,6}(?:verif\p{L}*|(?:sanity |double[- ])?check(?:ing)?|confidence|note)\b[^\n:：]{0,20}[:：]/iu
/** Words that make a remark more than one: it gives the answer, or takes it back. */
const SUBSTANCE =
  /\b(?:answer|therefore|thus|hence|so|wait|wrong|incorrect|mistake|error|actually|not|instead|fails?|but|however|should|works?|only|extraneous|reject\p{L}*)\b|n't|≠|\\ne|\\boxed|####|✗|❌/iu

/** A text without what only dresses it: special tokens, tags of style, colours, emphasis, signs of the end. */
export function tidyText(text: string): string {
  const at = text.indexOf('<|im_start|>user')
  const cut = at > 0 ? text.slice(0, at) : text
  return cut
    .replaceAll(/<\|(?:im_end|endoftext|eot_id|end_of_text|im_start)\|>/gu, '')
    .replace(/(?<=\S)\s{0,4}<\/s>\s{0,4}$/u, '')
    .replaceAll(STYLE_TAGS, '$2')
    .replaceAll(/\\textcolor\s?\{[^{}]{1,40}\}(?=\s?\{)/gu, '')
    .replaceAll(CLOSING_SIGNS, '')
    .replaceAll(EMPHASIS, '$1$2')
    .replace(/^\s{0,4}=\s{0,4}(?=\*\*)/u, '')
    .replace(/^\s{0,4}(?:=>|⇒|→|∴|\\(?:Rightarrow|therefore|implies)(?![a-zA-Z]))\s{0,4}(?=\S)/u, '')
    .replace(/(?<=[\dA-Za-z})$*])\s?\((?:and )?not [^()\n]{1,40}\)(?=[\s.*$]{0,6}$)/u, '')
    .replace(/(?<=[^\\\s])\\\s{0,4}$/u, '')
}

/** A text without closing paragraphs that check the answer or remark on it. */
export function dropRemarks(text: string): string {
  let kept = text
  for (let round = 0; round < 4; round += 1) {
    const at = kept.lastIndexOf('\n\n')
    if (at < 0) break
    const paragraph = kept.slice(at).trim()
    const before = kept.slice(0, at).trimEnd()
    if (!REMARK.test(paragraph) || SUBSTANCE.test(paragraph) || !/\d/u.test(before)) break
    kept = before
  }
  return kept
}

/** A sentence without a closing remark in brackets behind its number, as in `18 girls (60% of the class)`. */
export function dropClosingBracket(sentence: string): string {
  const found = /(?<=\d(?:\s\p{L}{1,20}){0,3})\s\([^()]{0,120}\p{L}{2}[^()]{0,120}\)\.?\s{0,4}$/u.exec(
    sentence,
  )
  return found === null || /\bor\b/iu.test(found[0]) ? sentence : sentence.slice(0, found.index)
}
