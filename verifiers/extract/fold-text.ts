/** Longer texts are compared as they stand. */
const MAX_CHARACTERS = 6_000

/**
 * The words of a text in lower case without articles, quotation marks and the punctuation of sentences. Signs that carry
 * meaning stay: `C++`, `-5`, `x > y`, `f'`, `1.5`.
 */
export function foldText(text: string): string {
  if (text.length > MAX_CHARACTERS) return text
  const tokens = text
    .normalize('NFKC')
    .replace(/[‘’]/gu, "'")
    .replace(/[“”"`«»]/gu, ' ')
    .replace(/[−–—]/gu, '-')
    .replace(/(?<=\p{L})-(?=\p{L})/gu, ' ')
    .replace(/(?<=\d),(?=\d{3}(?!\d))/gu, '')
    .replace(/[,;:.!?…]+(?=\s|$)/gu, ' ')
    .replace(/(?<=^|\s)'([^']*)'(?=\s|$)/gu, '$1')
    .replace(/\(([^()]*)\)/gu, ' $1 ')
    .replace(/\s+([-+*/=<>^])\s+/gu, '$1')
    .trim()
    .split(/\s+/u)
  const kept = tokens.filter(
    (token, at) =>
      !(at < tokens.length - 1 && /^(?:a|an|the)$/u.test(token)) &&
      !(at === 0 && /^(?:A|An|The)$/u.test(token)),
  )
  return (kept.length === 0 ? tokens : kept).map((token) => token.toLowerCase()).join(' ')
}
