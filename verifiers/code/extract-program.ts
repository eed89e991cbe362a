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
 * of the language, otherwise the last one without a tag; the whole text when it is bare or starts like a program.
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
  const defining = usable.filter(({ text }) => defines(text, want.entryPoint))
  const block = defining.at(-1) ?? usable.at(-1)
  if (block !== undefined) return { program: block.text, extraction: block.closed ? 'fence' : 'open_fence' }
  if (blocks.length === 0 && CODE_START[want.language].test(output.trim())) {
    return { program: output, extraction: 'whole_text' }
  }
  return undefined
}

function fencedBlocks(output: string): Block[] {
  const blocks: Block[] = []
  let open: { fence: string; indent: number; tag: string; lines: string[] } | undefined
  for (const line of output.split(/\r?\n/u)) {
    const [, indent = '', fence = '', info = ''] = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^`]*)$/u.exec(line) ?? []
    if (open === undefined) {
      const tag = info
        .trim()
        .split(/[\s,{]/u)[0]!
        .toLowerCase()
      if (fence !== '') open = { fence, indent: indent.length, tag, lines: [] }
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      blocks.push({ tag: open.tag, text: open.lines.join('\n'), closed: true })
      open = undefined
    } else {
      // A block inside a list item is indented as a whole.
      open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)))
    }
  }
  if (open !== undefined) blocks.push({ tag: open.tag, text: open.lines.join('\n'), closed: false })
  return blocks
}

function defines(text: string, name: string): boolean {
  if (!/^[\w$]+$/u.test(name)) return false
  const escaped = name.replaceAll('$', '\\$')
  return new RegExp(
    `(?:\\b(?:def|class|function\\*?|const|let|var)\\s+|^|\\.)${escaped}\\b\\s*[=(:{<]`,
    'mu',
  ).test(text)
}
