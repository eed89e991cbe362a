/** Characters of a line that are looked at on either side of a mark to see whether it is quoted. */
const quoteWindow = 200

/** Where the mark is first used outside of quotes and inline code, -1 when nowhere: a quoted mark is talk about marks. */
export function unquoted(text: string, mark: string, from = 0): number {
  for (let at = text.indexOf(mark, from); at !== -1; at = text.indexOf(mark, at + mark.length)) {
    if (!isQuoted(text, at, at + mark.length)) return at
  }
  return -1
}

/** Whether quotes or the backticks of inline code enclose a part of a line. */
export function isQuoted(text: string, start: number, end: number): boolean {
  const before = lastLine(text.slice(Math.max(0, start - quoteWindow), start))
  const after = text.slice(end, end + quoteWindow).split('\n', 1)[0]!
  if (/['‘「«]$/u.test(before) && /^['’」»]/u.test(after)) return true
  if (before.lastIndexOf('“') > before.lastIndexOf('”') && after.includes('”')) return true
  if (before.split('"').length % 2 === 0 && after.includes('"')) return true
  const ticks = openTicks(before)
  return ticks !== '' && [...after.matchAll(/`+/gu)].some(([run]) => run === ticks)
}

/** The text with what is in fenced code blocks and inline code blanked out, so that positions stay. */
export function withoutCode(text: string): string {
  if (!text.includes('`') && !text.includes('~~~')) return text
  let fence = ''
  const lines = text.split('\n').map((line) => {
    const mark = /^[ \t]*(?<mark>`{3,}|~{3,})/u.exec(line)?.groups?.['mark'] ?? ''
    const inside = fence !== ''
    if (fence === '') fence = mark
    else if (mark.startsWith(fence)) fence = ''
    return inside || mark !== '' ? ' '.repeat(line.length) : withoutSpans(line)
  })
  return lines.join('\n')
}

/** A line without its inline code: what is between two runs of equally many backticks. */
function withoutSpans(line: string): string {
  const runs = [...line.matchAll(/`+/gu)]
  const nextOf = new Map<number, number>()
  const partner = runs.map(() => -1)
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const { length } = runs[at]![0]
    partner[at] = nextOf.get(length) ?? -1
    nextOf.set(length, at)
  }
  let plain = ''
  let from = 0
  for (let at = 0; at < runs.length; at += 1) {
    const end = runs[partner[at]!]
    if (end === undefined) continue
    const start = runs[at]!.index
    const stop = end.index + end[0].length
    plain += line.slice(from, start) + ' '.repeat(stop - start)
    from = stop
    at = partner[at]!
  }
  return plain + line.slice(from)
}

/** Whether nothing but white space is on the line beside this part of it. */
export function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - quoteWindow), start)
  return /(?:^|\n)[ \t]*$/u.test(before) && /^[ \t]*(?:\r?\n|$)/u.test(text.slice(end, end + quoteWindow))
}

/** The backticks that open an inline code span in the line and do not close it, empty when none do. */
function openTicks(line: string): string {
  let open = ''
  for (const [run] of line.replace(/^\s*`{3,}/u, '').matchAll(/`+/gu)) {
    if (open === '') open = run
    else if (run === open) open = ''
  }
  return open
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1)
}
