/**
 * Texts that are not ours (sources, model names, rows) made safe for a Markdown page: they cannot close a table cell or a
 * code fence, start a tag, a link or a heading, or turn the reading direction.
 */

/** Inline text: everything that Markdown or HTML gives a meaning is escaped, line breaks become spaces. */
export function inline(text: string): string {
  return visible(flat(text)).replaceAll(/[\\`*_{}[\]()<>#|~$&!]/g, String.raw`\$&`)
}

/** Inline code; as plain inline text where it has a bar, which code in a table cell cannot hold on every page. */
export function code(text: string): string {
  const line = visible(flat(text))
  if (line === '' || line.includes('|')) return inline(text)
  const ticks = '`'.repeat(longestRun(line, '`') + 1)
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${ticks}${padding}${line}${padding}${ticks}`
}

/** A fenced block whose fence is longer than any in the text. */
export function fence(text: string, language: string): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text, '`') + 1))
  return `${ticks}${language}\n${visible(text)}\n${ticks}`
}

/** A table of cells that are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A whole number with thousands separators, the same on every machine. */
export function whole(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** A share in percent with one digit. */
export function share(part: number, total: number): string {
  return total === 0 ? '–' : `${((100 * part) / total).toFixed(1)} %`
}

function flat(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim()
}

/** A section of the card; empty paragraphs are left out. */
export function section(title: string, paragraphs: readonly string[]): string {
  return [`## ${title}`, ...paragraphs.filter((paragraph) => paragraph !== '')].join('\n\n')
}

/** Control, direction and invisible characters as `\uXXXX`, line feeds and tabs unchanged. */
function visible(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit))
      .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** Names what has no column for something that a table above shows; empty where all have one. */
export function withoutColumn(
  what: string,
  configurations: readonly { name: string; rows: number }[],
): string {
  const named = configurations.filter(({ rows }) => rows > 0).map(({ name }) => code(name))
  if (named.length === 0) return ''
  return `${named.join(', ')}: not counted here, because a row does not stand for one answer and its ${what}.`
}

function longestRun(text: string, character: string): number {
  let longest = 0
  let run = 0
  for (const one of text) {
    run = one === character ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
