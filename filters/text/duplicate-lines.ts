/** Shares of a text that repeat what stood before: of its lines or paragraphs, and of its characters. */
export type RepeatedShare = { count: number; characters: number }

/** The repeated lines of a text, and its repeated paragraphs, which blank lines separate; blank ones are left out. */
export function repeatedParts(text: string): { lines: RepeatedShare; paragraphs: RepeatedShare } {
  const lines = openCount()
  const paragraphs = openCount()
  let paragraph = 0
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    const line = text.slice(start, end)
    const trimmed = line.trim()
    if (trimmed !== '') lines.add(trimmed)
    else if (/^[ \t\r]*$/.test(line)) {
      paragraphs.add(text.slice(paragraph, start).trim())
      paragraph = end
    }
    start = end + 1
  }
  paragraphs.add(text.slice(paragraph).trim())
  return { lines: lines.share(), paragraphs: paragraphs.share() }
}

function openCount() {
  const seen = new Set<string>()
  let all = 0
  let characters = 0
  let repeated = 0
  return {
    add(part: string): void {
      if (part === '') return
      all += 1
      characters += part.length
      if (seen.has(part)) repeated += part.length
      else seen.add(part)
    },
    share: (): RepeatedShare =>
      all === 0
        ? { count: 0, characters: 0 }
        : { count: (all - seen.size) / all, characters: repeated / characters },
  }
}
