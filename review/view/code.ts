import { createRequire } from 'node:module'
import vm from 'node:vm'
import { html, raw } from 'hono/html'

type Highlighter = {
  getLanguage(name: string): { name?: string } | undefined
  highlight(program: string, options: { language: string; ignoreIllegals?: boolean }): { value: string }
}

/** Its own types bring in those of a browser, under which nothing else here is right. */
const highlighter = createRequire(import.meta.url)('highlight.js/lib/common') as Highlighter

/** Longer programs are shown as they are written. */
const longestProgram = 8000

/** What is left for the programs of one text, in milliseconds. A hostile one costs the square of its length. */
export type ColourTime = { leftMs: number }

export const colourTime = (): ColourTime => ({ leftMs: 500 })

type Work = { program: string; language: string; result: string }

/** What runs in a context can be ended, also in the middle of a regular expression. */
const context = vm.createContext({ work: undefined, highlight })
const script = new vm.Script('highlight(work)')

function highlight(work: Work): void {
  work.result = highlighter.highlight(work.program, { language: work.language, ignoreIllegals: true }).value
}

/**
 * A program with its words coloured, where its language is known; anything else is shown as it is written. No text of it
 * becomes markup: what the highlighter hands back must be the escaped program with spans of classes and nothing else.
 *
 * @param language as a fence names it, whatever that is
 */
export function programView(program: string, language: string, time: ColourTime): ReturnType<typeof html> {
  const coloured = colouredProgram(program, language, time)
  const label = highlighter.getLanguage(language)?.name ?? ''
  const body = coloured === undefined ? program : raw(coloured)
  return html`<pre class="code" data-language="${label}"><code>${body}</code></pre>`
}

function colouredProgram(program: string, language: string, time: ColourTime): string | undefined {
  if (program.length > longestProgram || time.leftMs < 1) return undefined
  if (!highlighter.getLanguage(language)) return undefined
  const work: Work = { program, language, result: '' }
  context['work'] = work
  const begun = performance.now()
  // The rules of a language are prepared at its first use, which must not be ended half way.
  highlighter.highlight('', { language })
  try {
    script.runInContext(context, { timeout: Math.ceil(time.leftMs) })
  } catch {
    // Out of time, or a rule that fails: the program, escaped, is what there is to see.
    return undefined
  } finally {
    time.leftMs -= performance.now() - begun
  }
  return isColouring(work.result, program) ? work.result : undefined
}

const tags = /<span class="[\w -]+">|<\/span>/g

/** Whether a text of HTML is a program with spans around its parts. */
export function isColouring(coloured: string, program: string): boolean {
  let depth = 0
  for (const [tag] of coloured.matchAll(tags)) {
    depth += tag === '</span>' ? -1 : 1
    if (depth < 0) return false
  }
  return depth === 0 && coloured.replaceAll(tags, '') === escaped(program)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!)
}
