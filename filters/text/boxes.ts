/**
 * The contents of every box command (`\boxed{…}`, `\fbox{…}`) with balanced braces, in order; of nested boxes the outer
 * one. A box that is never closed is skipped. One pass, whatever the text.
 */
export function boxedValues(text: string): string[] {
  const found: { start: number; value: string }[] = []
  /** Where the content of each open brace starts, with boxes distinguished from plain braces. */
  const open: { start: number; box: boolean }[] = []
  for (const match of text.matchAll(braces)) {
    const [token] = match
    const end = match.index + token.length
    if (token.endsWith('{')) open.push({ start: end, box: token.length > 1 })
    if (token !== '}') continue
    const brace = open.pop()
    if (brace?.box !== true) continue
    while ((found.at(-1)?.start ?? -1) > brace.start) found.pop()
    found.push({ start: brace.start, value: text.slice(brace.start, match.index) })
  }
  return found.map(({ value }) => value)
}

/**
 * A boxed value without the spellings that do not change it: spacing, sizes, delimiters, text commands, commas in
 * numbers.
 */
export function foldBoxed(value: string): string {
  return value
    .normalize('NFKC')
    .replace(/\\(?:text|mathrm|textbf|mathbf|mbox)\s*\{([^{}]*)\}/g, '$1')
    .replace(/\\[dt]frac/g, String.raw`\frac`)
    .replace(/\\(?:left|right|displaystyle|big|Big)(?![A-Za-z])|\\[,;:! ]|[\s$]|\{,\}/g, '')
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
}

/** Escaped characters come first, so that `\{` is no brace; an escape other than the box commands matches as itself. */
const braces = /\\(?:boxed|fbox)\s{0,9}\{|\\[^a-zA-Z]|[{}]/g
