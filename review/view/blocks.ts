/** Characters of a block from which on it ends at the next blank line, and at which it ends in any case. */
const blockSize = 4000
const largestBlock = 12_000

/** Cuts a long text into blocks, at blank lines outside of programs and formulas. Together they are the text. */
export function blocksOf(text: string): string[] {
  const blocks: string[] = []
  let current = ''
  let inFence = false
  for (const line of text.split(/(?<=\n)/)) {
    if (/^ {0,3}```/.test(line)) inFence = !inFence
    const ends = line.trim() === '' && !inFence && current.length >= blockSize && !isInFormula(current)
    for (const part of partsOf(line)) {
      if (current.length + part.length > largestBlock) {
        blocks.push(current)
        current = ''
      }
      current += part
    }
    if (!ends) continue
    blocks.push(current)
    current = ''
  }
  if (current !== '') blocks.push(current)
  return blocks
}

function isInFormula(text: string): boolean {
  return text.split('$$').length % 2 === 0 || text.lastIndexOf('\\[') > text.lastIndexOf('\\]')
}

/** Lines without end are cut between characters. */
function partsOf(line: string): string[] {
  return line.length <= blockSize ? [line] : (line.match(/[^]{1,4000}(?![\uDC00-\uDFFF])/g) ?? [line])
}

/** Whole characters at the beginning or the end of a text. */
export function headOf(text: string, length: number): string {
  const cut = text.slice(0, length)
  return /[\uD800-\uDBFF]$/.test(cut) && cut.length < text.length ? cut.slice(0, -1) : cut
}

export function tailOf(text: string, length: number): string {
  const cut = text.slice(Math.max(0, text.length - length))
  return /^[\uDC00-\uDFFF]/.test(cut) && cut.length < text.length ? cut.slice(1) : cut
}

/**
 * The end of a text that is drawn without its beginning. Where that would begin inside a program, it begins behind it, or is
 * drawn as one where the program goes on to the end.
 *
 * @returns what is drawn, and how many characters of the text these are
 */
export function drawnTailOf(text: string, length: number): { drawn: string; shown: number } {
  const tail = tailOf(text, length)
  const before = text.slice(0, text.length - tail.length)
  const isInProgram = (before.match(/^ {0,3}(?:`{3}|~{3})/gm)?.length ?? 0) % 2 === 1
  if (!isInProgram) return { drawn: tail, shown: tail.length }
  const end = /^ {0,3}(?:`{3}|~{3})[^\n]*\n?/m.exec(tail)
  if (!end) return { drawn: `\`\`\`\n${tail}`, shown: tail.length }
  const rest = tail.slice(end.index + end[0].length)
  return { drawn: rest, shown: rest.length }
}
