/** A piece of a text that is set off as mathematics or in bold. */
export type Span = { content: string; start: number; end: number; display: boolean }

const DELIMITERS: readonly (readonly [open: string, close: string, display: boolean])[] = [
  ['\\[', '\\]', true],
  ['$$', '$$', true],
  ['\\(', '\\)', false],
  ['$', '$', false],
]

const MAX_SPANS = 400

/** Every piece of mathematics in dollar signs, `\(…\)` or `\[…\]`, in order. Dollar signs that mean money are left out. */
export function mathSpans(text: string): Span[] {
  const spans: Span[] = []
  let at = 0
  while (at < text.length && spans.length < MAX_SPANS) {
    const char = text.charAt(at)
    const delimiter =
      char === '\\' || char === '$' ? DELIMITERS.find(([open]) => text.startsWith(open, at)) : undefined
    if (delimiter === undefined || (char === '$' && text.charAt(at - 1) === '\\')) {
      at += 1
      continue
    }
    const [open, close, display] = delimiter
    let end = text.indexOf(close, at + open.length)
    if (close === '$') while (end > 0 && text.charAt(end - 1) === '\\') end = text.indexOf('$', end + 1)
    const content = end < 0 ? '' : text.slice(at + open.length, end)
    if (end < 0 || content.trim() === '' || content.length > 3_000 || (open === '$' && isMoney(content))) {
      at += open.length
      continue
    }
    spans.push({ content: content.trim(), start: at, end: end + close.length, display })
    at = end + close.length
  }
  return spans
}

/** Text between two dollar signs that is prose shows that they are money. */
function isMoney(content: string): boolean {
  if (content.includes('\n\n')) return true
  if (content.includes('\\')) return false
  // `$20 * 5 = $100`: the second sign belongs to the amount behind it.
  if (/[=+*/(-]\s*$/u.test(content)) return true
  return (
    /^\d[\d,.]*\s.*\p{L}{2,}/u.test(content.slice(0, 200)) || (content.match(/\p{L}{3,}/gu)?.length ?? 0) > 3
  )
}

/** Every piece in double asterisks, in order. */
export function boldSpans(text: string): Span[] {
  const spans: Span[] = []
  let at = text.indexOf('**')
  while (at >= 0 && spans.length < MAX_SPANS) {
    const end = text.indexOf('**', at + 2)
    if (end < 0) break
    const content = text.slice(at + 2, end).trim()
    if (content !== '' && !content.includes('\n\n') && content.length < 300)
      spans.push({ content, start: at, end: end + 2, display: false })
    at = text.indexOf('**', end + 2)
  }
  return spans
}
