/** The content of one box and where the box stands. */
export type Box = { content: string; start: number; end: number }

const MAX_BOXES = 2_000
const COMMANDS = ['boxed', 'fbox', 'framebox'] as const

/** Words that end a row of boxes: what follows corrects what came before. */
const BREAKING =
  /\b(?:then|finally|so|but|thus|therefore|hence|no|not|instead|actually|wait|however|next|now|becomes|gives|yields)\b/iu
const JOINING = /(?:\band\b|\bor\b|,|;|&|，|、|和)/iu
/** Text between two boxes that are parts of one answer. */
const MAX_GAP = 60
const MAX_GAP_WORDS = 5

/** Every box with balanced braces, in order; `open` is the content of a last box that is never closed. */
export function findBoxes(text: string): { boxes: Box[]; open: string | undefined } {
  const boxes: Box[] = []
  let open: string | undefined
  let at = 0
  while (boxes.length < MAX_BOXES) {
    const found = nextCommand(text, at)
    if (found === undefined) break
    let start = found.end
    while (text.charAt(start) === ' ' || text.charAt(start) === '\n') start += 1
    if (text.charAt(start) !== '{') {
      const bare = /^[A-Za-z\d.,/-]{1,30}/u.exec(text.slice(start, start + 30))
      if (bare !== null && /^[\d.,/-]+$/u.test(bare[0]))
        boxes.push({ content: bare[0], start: found.start, end: start + bare[0].length })
      at = found.end
      continue
    }
    const end = closingBrace(text, start)
    if (end < 0) {
      open = text.slice(start + 1)
      break
    }
    boxes.push({ content: text.slice(start + 1, end), start: found.start, end: end + 1 })
    at = end + 1
  }
  return { boxes, open }
}

/** The final answer in boxes: the last one, or the last row of boxes that together are one answer. */
export function lastBoxed(text: string, boxes: readonly Box[]): string | undefined {
  return lastRow(text, boxes)?.content
}

/** The last row of boxes as one box: its content joined by commas, from the first box to the last. */
export function lastRow(text: string, boxes: readonly Box[]): Box | undefined {
  const filled = boxes.filter((box) => box.content.trim() !== '')
  const last = filled.at(-1)
  if (last === undefined) return undefined
  const row = [last]
  for (let at = filled.length - 1; at > 0 && row.length < 60; at -= 1) {
    const [before, box] = [filled[at - 1], filled[at]]
    if (before === undefined || box === undefined) break
    const gap = text.slice(before.end, box.start)
    if (!joins(gap) && !isNextPart(text, before, gap)) break
    row.unshift(before)
  }
  return { content: joined(text, row), start: row[0]?.start ?? last.start, end: last.end }
}

/** The same value in several boxes is one answer said twice; values with names keep them. */
function joined(text: string, row: readonly Box[]): string {
  const parts = row.map((box) => box.content)
  if (new Set(parts).size === 1) return parts[0] ?? ''
  const names = row.map((box) => nameBefore(text, box))
  const named =
    row.length > 1 &&
    new Set(names).size === row.length &&
    !names.includes(undefined) &&
    !/=/u.test(parts.join())
  return named ? parts.map((part, at) => `${names[at]} ${part}`).join(', ') : [...new Set(parts)].join(', ')
}

/** `x =` or `(a)` right before a box. */
function nameBefore(text: string, box: Box): string | undefined {
  const before = text.slice(Math.max(0, box.start - 30), box.start)
  const found =
    /(?:^|[^\p{L}\d_}\\])((?:\(?[a-h]\))|[a-zA-Z](?:_\{?\w{1,3}\}?)?\s?=)(?:\s|\$|\*|:|\\[([])*$/u.exec(
      before,
    )
  return found?.[1]
}

/** `(b)` before a box behind one that `(a)` stands before. */
function isNextPart(text: string, before: Box, gap: string): boolean {
  const next = /(?:^|\s)\(?([b-h])\)(?:\s|\$|\*|:|\\[([])*$/u.exec(gap)?.[1]
  const first = /^\(?([a-h])\)$/u.exec(nameBefore(text, before) ?? '')?.[1]
  return next !== undefined && first !== undefined && next.charCodeAt(0) === first.charCodeAt(0) + 1
}

function joins(gap: string): boolean {
  if (gap === '') return true
  if (gap.length > MAX_GAP || /[.!?:]\s/u.test(gap) || gap.includes('\n\n')) return false
  const words = gap.replace(/\\[a-zA-Z]+/gu, ' ').replace(/[a-zA-Z]_?\{?\w*\}?\s*=/gu, ' ')
  if (BREAKING.test(words)) return false
  const spoken = words.match(/\p{L}+/gu)?.filter((word) => !/^(?:and|or)$/iu.test(word)) ?? []
  if (spoken.length > MAX_GAP_WORDS) return false
  return JOINING.test(words) || /^\W*[+|/]{2,}\W*$/u.test(gap.replace(/\\/gu, ''))
}

function nextCommand(text: string, from: number): { start: number; end: number } | undefined {
  let best: { start: number; end: number } | undefined
  for (const command of COMMANDS) {
    let at = text.indexOf(command, from)
    // The word alone is none, and a text may be full of it.
    while (at >= 0 && !isCommand(text, at)) at = text.indexOf(command, at + command.length)
    if (at >= 0 && (best === undefined || at - 1 < best.start))
      best = { start: at - 1, end: at + command.length }
  }
  return best
}

function isCommand(text: string, at: number): boolean {
  return text.charAt(at - 1) === '\\' || text.slice(at - 6, at) === '\\begin'
}

function closingBrace(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '\\') at += text.charAt(at + 1) === '\\' ? 0 : 1
    else if (char === '{') depth += 1
    else if (char === '}') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}
