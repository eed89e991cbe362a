/**
 * The prose of a text: code blocks, inline code, maths, LaTeX commands and addresses are each replaced by a space. A code
 * block or formula that is never closed is left in, except for a fence, which then reaches to the end. Linear time.
 */
export function proseOf(text: string): string {
  return withoutSpans(text).replace(/\\[A-Za-z]+|https?:\/\/\S+/g, ' ')
}

type Delimiter = { open: string; close: string; unclosed: 'keep' | 'to the end'; lines: boolean }

/** In the order in which they are tried at one position. `lines`: whether the span may hold a line break. */
const delimiters: readonly Delimiter[] = [
  { open: '```', close: '```', unclosed: 'to the end', lines: true },
  { open: '`', close: '`', unclosed: 'keep', lines: false },
  { open: '$$', close: '$$', unclosed: 'keep', lines: true },
  { open: '$', close: '$', unclosed: 'keep', lines: false },
  { open: '\\(', close: '\\)', unclosed: 'keep', lines: true },
  { open: '\\[', close: '\\]', unclosed: 'keep', lines: true },
]
const opener = /```|`|\$\$|\$|\\[([$\\]/g

function withoutSpans(text: string): string {
  const kept: string[] = []
  const nextClose = closers(text)
  let at = 0
  opener.lastIndex = 0
  for (let match = opener.exec(text); match !== null; match = opener.exec(text)) {
    const delimiter = delimiters.find(({ open }) => open === match?.[0])
    if (delimiter === undefined) continue
    const end = spanEnd(text, opener.lastIndex, delimiter, nextClose)
    if (end === -1) continue
    kept.push(text.slice(at, match.index))
    at = end
    opener.lastIndex = end
  }
  kept.push(text.slice(at))
  return kept.join(' ')
}

function spanEnd(
  text: string,
  start: number,
  delimiter: Delimiter,
  nextClose: (close: string, from: number) => number,
): number {
  const close = nextClose(delimiter.close, start)
  if (close === -1) return delimiter.unclosed === 'keep' ? -1 : text.length
  if (!delimiter.lines && nextClose('\n', start) !== -1 && nextClose('\n', start) < close) return -1
  if (delimiter.open === '$' && !isMaths(text, start, close)) return -1
  return close + delimiter.close.length
}

/** Tells a formula from two prices: no space inside its dollars, no digit after them (the rule of Pandoc). */
function isMaths(text: string, start: number, close: number): boolean {
  return (
    !/\s/.test(text.charAt(start)) && !/\s/.test(text.charAt(close - 1)) && !/\d/.test(text.charAt(close + 1))
  )
}

/** Finds the next occurrence of a mark. Each mark's last find is remembered, so all searches together read the text once. */
function closers(text: string): (mark: string, from: number) => number {
  const found = new Map<string, number>()
  return (mark, from) => {
    const last = found.get(mark)
    if (last !== undefined && (last === -1 || last >= from)) return last
    const next = text.indexOf(mark, from)
    found.set(mark, next)
    return next
  }
}
