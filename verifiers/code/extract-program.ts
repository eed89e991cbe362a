import type { Language } from './code-tests.ts'

export type ExtractedProgram = { program: string; extraction: 'bare' | 'fence' | 'open_fence' | 'whole_text' }

type Block = { tag: string; text: string; closed: boolean }

const TAGS: Record<Language, readonly string[]> = {
  python: ['python', 'py', 'python3'],
  javascript: ['javascript', 'js', 'node', 'mjs', 'cjs'],
}
const CODE_START: Record<Language, RegExp> = {
  python: /^(?:def|class|import|from|async def|@\w|[A-Za-z_]\w* *=[^=])/u,
  javascript: /^(?:function|class|const|let|var|import|export|async function|module\.exports)\b/u,
}

/**
 * The program in an answer: the last fenced block of the language that defines the entry point, otherwise the last one
 * of the language, otherwise the last one without a tag; the whole text when it is bare or starts like a program. Before it
 * come the blocks that define what it uses and does not define itself.
 */
export function extractProgram(
  output: string,
  want: { language: Language; entryPoint: string; bare?: boolean },
): ExtractedProgram | undefined {
  if (output.trim() === '') return undefined
  if (want.bare === true && !/^ *(?:```|~~~)/mu.test(output)) return { program: output, extraction: 'bare' }
  const blocks = fencedBlocks(output)
  const tagged = blocks.filter(({ tag }) => TAGS[want.language].includes(tag))
  const usable = tagged.length > 0 ? tagged : blocks.filter(({ tag }) => tag === '')
  // Of `Solution().method` a program defines the class.
  const name = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(want.entryPoint)?.[0] ?? ''
  const defining = usable.filter(({ text }) => defines(text, name))
  const block = defining.at(-1) ?? usable.at(-1)
  if (block !== undefined) {
    const program = withDefinitions(block, usable)
    return { program, extraction: block.closed ? 'fence' : 'open_fence' }
  }
  if (blocks.length === 0 && CODE_START[want.language].test(output.trim())) {
    return { program: output, extraction: 'whole_text' }
  }
  return undefined
}

/** Fences stand on lines of their own; one may also come behind a sentence ("Here it is: ```python"), or end the last line. */
const FENCE = /^([ \t]*)(?:[^`]*\s)?(`{3,}|~{3,})[ \t]*([^`]*)$/u
const OWN_FENCE = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^`]*)$/u

function fencedBlocks(output: string): Block[] {
  const blocks: Block[] = []
  let open: { fence: string; indent: number; tag: string; lines: string[] } | undefined
  for (const line of output.split(/\r?\n/u)) {
    const [, indent = '', fence = '', info = ''] = (open === undefined ? FENCE : OWN_FENCE).exec(line) ?? []
    if (open === undefined) {
      const tag = info
        .trim()
        .split(/[\s,{]/u)[0]!
        .toLowerCase()
      if (fence !== '') open = { fence, indent: indent.length, tag, lines: [] }
      continue
    }
    if (fence.startsWith(open.fence) && info.trim() === '') {
      blocks.push({ tag: open.tag, text: open.lines.join('\n'), closed: true })
      open = undefined
      continue
    }
    // A block inside a list item is indented as a whole.
    const text = line.slice(Math.min(open.indent, line.length - line.trimStart().length))
    if (endsBlock(text, open.fence)) {
      blocks.push({
        tag: open.tag,
        text: [...open.lines, text.slice(0, -open.fence.length)].join('\n'),
        closed: true,
      })
      open = undefined
    } else {
      open.lines.push(text)
    }
  }
  if (open !== undefined) blocks.push({ tag: open.tag, text: open.lines.join('\n'), closed: false })
  return blocks
}

/** Code and the end of its block in one line; a text in quotes may hold the same characters. */
function endsBlock(line: string, fence: string): boolean {
  return line.endsWith(fence) && fence.startsWith('`') && !/["'`]/u.test(line.slice(0, -fence.length))
}

/** The block behind those earlier ones that define names which it uses and nothing nearer defines. */
function withDefinitions(block: Block, blocks: readonly Block[]): string {
  const chosen = [block]
  const defined = new Set(definitionsOf(block.text))
  for (const earlier of blocks.slice(0, blocks.indexOf(block)).toReversed()) {
    const used = new Set(chosen.flatMap(({ text }) => text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []))
    const names = definitionsOf(earlier.text)
    if (!names.some((each) => used.has(each) && !defined.has(each))) continue
    chosen.unshift(earlier)
    names.forEach((each) => defined.add(each))
  }
  return chosen.map(({ text }) => text).join('\n')
}

/** Names that stand on the left of a block: of functions, classes, imports and assignments. */
function definitionsOf(text: string): string[] {
  const definitions = text.matchAll(
    /^(?:export\s+)?(?:(?:async\s+)?(?:def|function)\*?|class|const|let|var)\s+([\p{L}_$][\p{L}\p{N}_$]*)|^([\p{L}_$][\p{L}\p{N}_$]*)\s*(?::[^=\n]+)?=(?!=)/gmu,
  )
  const imports = text.matchAll(/^(?:from\s+\S+\s+)?import\s+(.+)$/gmu)
  return [
    ...[...definitions].map(([, named, assigned]) => named ?? assigned ?? ''),
    ...[...imports].flatMap(([, list]) =>
      list!.split(',').map((each) =>
        each
          .trim()
          .split(/\s+as\s+/u)
          .at(-1)!,
      ),
    ),
  ]
}

function defines(text: string, name: string): boolean {
  if (!/^[\w$]+$/u.test(name)) return false
  const escaped = name.replaceAll('$', '\\$')
  return new RegExp(
    `(?:\\b(?:def|class|function\\*?|const|let|var)\\s+|^|\\.)${escaped}\\b\\s*[=(:{<]`,
    'mu',
  ).test(text)
}
