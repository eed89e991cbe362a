/** Phrases after which the final answer stands, in the languages that teachers answer in. */
const PHRASES: readonly RegExp[] = [
  /final\s{1,4}answer\s{0,4}(?:is|:|=|\*\*:?)/giu,
  /(?:correct|right)\s{1,4}answer\s{0,4}(?:is|:)/giu,
  /\b(?:answer|choice|option)\s{0,4}(?:is|:|=|\*\*:?)/giu,
  /\b(?:result|value|solution)\s{0,4}(?:is|:)/giu,
  /(?:réponse|respuesta|risposta|antwort|resposta)\s{0,4}(?:finale?)?\s{0,4}(?:est|es|è|ist|é|:)/giu,
  /(?:答案|结果)\s{0,4}(?:是|为|：|:)/gu,
]

const MAX_REMAINDER = 800
/** Characters from the end in which a phrase is looked for. */
const CLEAR_PHRASE_REACH = 1_200
const VAGUE_PHRASE_REACH = 250

/** The content of the last `<answer>` element. */
export function lastAnswerTag(text: string): string | undefined {
  const close = text.toLowerCase().lastIndexOf('</answer>')
  if (close < 0) return undefined
  const open = text.toLowerCase().lastIndexOf('<answer>', close)
  return open < 0 ? undefined : text.slice(open + 8, close).trim()
}

/**
 * The rest of the line behind the last `####`, the mark of GSM8K. A Markdown heading of the fourth level begins the same
 * way: a line with words is the mark only when nothing follows it.
 */
export function lastHashMark(text: string): string | undefined {
  const at = text.lastIndexOf('####')
  if (at < 0) return undefined
  const [line = '', ...rest] = text.slice(at + 4).split('\n')
  const said = line.trim()
  if (said === '' || said.startsWith('#')) return undefined
  const followed = rest.some((later) => later.trim() !== '')
  return followed && /\p{L}{3,}/u.test(said.replaceAll(/\\[a-zA-Z]+/gu, '')) ? undefined : said
}

/** The rest of a last line that begins with `A:` or `Answer:`. */
export function lastAnswerLine(text: string): string | undefined {
  const lines = text.trimEnd().split('\n')
  for (const line of lines.slice(-3).toReversed()) {
    const found =
      /^\s*(?:\*\*)?(?:A|Answer|ANSWER|Final Answer|FINAL ANSWER|答案|Réponse)(?:\*\*)?\s?[:：](?:\*\*)?\s*(?=\S)/u.exec(
        line,
      )
    if (found === null) continue
    const rest = line.slice(found[0].length).trim()
    if (found[0].trim() !== 'A:' || found[0].endsWith(' ')) return rest
  }
  return undefined
}

/** What stands behind the last phrase such as `the answer is`, up to the end of the paragraph. */
export function afterPhrase(text: string): string | undefined {
  const tail = text.slice(-CLEAR_PHRASE_REACH)
  let best = -1
  for (const phrase of PHRASES.slice(0, 3)) best = Math.max(best, lastMatchEnd(tail, phrase))
  // `the value is` is said on the way as well; it counts near the end only.
  const near = Math.max(0, tail.length - VAGUE_PHRASE_REACH)
  if (best < 0)
    for (const phrase of PHRASES.slice(3)) {
      const end = lastMatchEnd(tail.slice(near), phrase)
      if (end >= 0) best = Math.max(best, end + near)
    }
  if (best < 0) return undefined
  const rest = tail.slice(best, best + MAX_REMAINDER).replace(/^[\s:*]+/u, '')
  const end = rest.search(/\n\s*\n/u)
  const paragraph = end > 0 ? rest.slice(0, end) : rest
  return paragraph.trim() === '' ? undefined : paragraph.trim()
}

function lastMatchEnd(text: string, phrase: RegExp): number {
  let end = -1
  for (const match of text.matchAll(phrase)) end = match.index + match[0].length
  return end
}
