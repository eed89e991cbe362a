/**
 * The final answer inside a worked reference: what follows `####` on the last line (GSM8K), otherwise the content of the
 * last box (MATH), otherwise `undefined`.
 */
export function finalAnswer(text: string): string | undefined {
  const trimmed = text.trimEnd()
  const lastLine = trimmed.slice(trimmed.lastIndexOf('\n') + 1)
  const marker = lastLine.lastIndexOf('####')
  if (marker === -1) return lastBox(text)
  const marked = lastLine.slice(marker + 4).trim()
  return lastBox(marked) ?? marked
}

function lastBox(text: string): string | undefined {
  const starts = [...text.matchAll(/\\(?:boxed|fbox)\s{0,9}\{/g)]
  // A box that is never closed is read to the end of the text, so a text of nothing else must not be tried for ever.
  for (const match of starts.slice(-100).reverse()) {
    const start = match.index + match[0].length
    const end = closingBrace(text, start)
    if (end !== undefined) return text.slice(start, end).trim()
  }
  return undefined
}

function closingBrace(text: string, start: number): number | undefined {
  let depth = 1
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\') at += 1
    else if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    if (depth === 0) return at
  }
  return undefined
}
