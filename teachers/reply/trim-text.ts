/**
 * Text without blank lines at its head and white space at its end: what chat templates put around reasoning and answer.
 * Indentation of four columns or a tab stays on the first line, because it is code. Half surrogate pairs become U+FFFD.
 * Trimming what is trimmed changes nothing.
 */
export function trimText(text: string): string {
  const wellFormed = text.toWellFormed()
  const start = wellFormed.search(/\S/u)
  if (start === -1) return ''
  const lineStart = wellFormed.lastIndexOf('\n', start) + 1
  const isCode = /^(?: {4}|\t)/u.test(wellFormed.slice(lineStart, start))
  return wellFormed.slice(isCode ? lineStart : start).trimEnd()
}
