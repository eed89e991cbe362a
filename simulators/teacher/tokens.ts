/** Characters of simulated prose that common vocabularies turn into one token, measured with o200k. */
export const CHARACTERS_PER_TOKEN = 3

/** Estimated tokens of a text; zero for the empty text only. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN)
}

/** The first `tokens` tokens of a text. */
export function firstTokens(text: string, tokens: number): string {
  return text.slice(0, safeCut(text, Math.floor(tokens * CHARACTERS_PER_TOKEN)))
}

/** Cuts a text into pieces of about `tokens` tokens, in order and without loss. */
export function* tokenPieces(text: string, tokens: number): Generator<string> {
  const step = tokens * CHARACTERS_PER_TOKEN
  let from = 0
  for (let number = 1; from < text.length; number++) {
    const to = safeCut(text, Math.floor(number * step))
    if (to > from) yield text.slice(from, to)
    from = Math.max(from, to)
  }
}

/** Moves a cut out of a surrogate pair. */
function safeCut(text: string, at: number): number {
  if (at >= text.length) return text.length
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at
}
