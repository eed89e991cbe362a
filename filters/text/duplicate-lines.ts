/** Shares of a text that repeat what stood before: of its lines or paragraphs, and of its characters. */
export type RepeatedShare = { count: number; characters: number }

/** The repeated lines of a text, blank ones left out. */
export function repeatedLines(text: string): RepeatedShare {
  return repeated(text.split('\n'))
}

/** The repeated paragraphs of a text, which blank lines separate. */
export function repeatedParagraphs(text: string): RepeatedShare {
  return repeated(text.split(/\n[ \t]*\n\s*/))
}

function repeated(parts: readonly string[]): RepeatedShare {
  const seen = new Set<string>()
  let all = 0
  let again = 0
  let characters = 0
  let length = 0
  for (const part of parts) {
    const text = part.trim()
    if (text === '') continue
    all += 1
    length += text.length
    if (seen.has(text)) {
      again += 1
      characters += text.length
    } else seen.add(text)
  }
  return all === 0 ? { count: 0, characters: 0 } : { count: again / all, characters: characters / length }
}
