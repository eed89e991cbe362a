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

/** The head of an answer line, with its colon and the marks of bold text or a heading around it. */
const ANSWER_HEAD =
  /^\s*(?:#{1,6}\s*)?(?:\*\*|__)?(?:the\s+)?(?:A|Ans|Answer|Final Answer|Final Result|Solution|Result|答案|最终答案|答|Réponse|Réponse finale|Respuesta|Respuesta final|Risposta|Antwort|Resposta|Ответ|उत्तर|Đáp án|Odpowiedź|답|정답|答え)(?:\*\*|__)?\s?(?:[:：]|\*\*[:：]|(?=\s*$))(?:\*\*|__)?\s*/iu

/** The rest of a last line that begins with `A:` or `Answer:`, or the line below one that is nothing else. */
export function lastAnswerLine(text: string): string | undefined {
  const lines = text.trimEnd().split('\n')
  const near = Math.max(0, lines.length - 6)
  for (let at = lines.length - 1; at >= near; at -= 1) {
    const line = lines[at] ?? ''
    const found = ANSWER_HEAD.exec(line)
    if (found === null) continue
    const rest = line.slice(found[0].length).trim()
    if (rest !== '') {
      // `A:` alone is a mark only with a blank behind it, and only in the last lines.
      if (at < lines.length - 3 || /^\s*(?:#{1,6}\s*)?\W*(?:solution|result)/iu.test(line)) continue
      if (!/[:：]/u.test(found[0]) || (found[0].trim() === 'A:' && !found[0].endsWith(' '))) continue
      return rest
    }
    // A line `A` is an option.
    if (/^\W*A\W*$/u.test(line)) continue
    const below = lines.slice(at + 1).filter((later) => later.trim() !== '')
    const [first] = below
    // Nothing but the answer stands below: one line, or one display over several.
    if (first !== undefined && (below.length === 1 || /^\s*(?:\\\[|\$\$)/u.test(first)))
      return below
        .join('\n')
        .trim()
        .replace(/^[-*•]\s+(?=\S)/u, '')
  }
  return undefined
}
