const gap = ' │ '

/**
 * Texts beside one another, wrapped at words. Widths are counted once a character; the table library measures every
 * prefix of a long line again, which took seconds for a trace.
 *
 * @param width of all columns together
 */
export function sideBySide(texts: readonly string[], width: number): string {
  const own = columnWidth(texts.length, width)
  const columns = texts.map((text) => wrap(text, own))
  const rows = Math.max(...columns.map((lines) => lines.length))
  return Array.from({ length: rows }, (_, row) =>
    columns
      .map((lines) => padded(lines[row] ?? '', own))
      .join(gap)
      .trimEnd(),
  ).join('\n')
}

/** The width that each of so many columns has. */
export function columnWidth(columns: number, width: number): number {
  return Math.max(12, Math.floor((width - gap.length * (columns - 1)) / columns))
}

/** The lines of a text at a width, broken between words where that is possible. */
export function wrap(text: string, width: number): string[] {
  return text
    .replaceAll('\t', '  ')
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = []
  let current = ''
  let used = 0
  const end = (): void => {
    lines.push(current.trimEnd())
    current = ''
    used = 0
  }
  for (const word of line.split(/(?<=\s)(?=\S)/u)) {
    const needed = widthOf(word.trimEnd())
    if (used > 0 && used + needed > width) end()
    for (const character of word) {
      const own = widthOfCharacter(character)
      if (used + own > width && character.trim() !== '') end()
      current += character
      used += own
    }
  }
  end()
  return lines
}

/** A text that takes so many cells at most, with a mark where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += widthOfCharacter(character)
    if (used > width - 1) break
    kept += character
  }
  return width < 1 ? '' : `${kept}…`
}

function padded(line: string, width: number): string {
  return line + ' '.repeat(Math.max(0, width - widthOf(line)))
}

/** Terminal cells that a text takes. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += widthOfCharacter(character)
  return width
}

/** Terminal cells of a character: two for East Asian ones and emoji, none for marks that stand on the one before. */
function widthOfCharacter(character: string): number {
  if (character >= ' ' && character <= '~') return 1
  if (/^(?:\p{M}|\p{Cf})$/u.test(character)) return 0
  return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303F\uFF01-\uFF60\p{Emoji_Presentation}]$/u.test(
    character,
  )
    ? 2
    : 1
}
