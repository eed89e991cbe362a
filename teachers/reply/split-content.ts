import type { ContentSplit } from './content-split.ts'
import { splitHarmony } from './harmony.ts'
import { splitHeadings } from './headings.ts'
import { splitMarked } from './marked.ts'
import { splitSectionWords } from './section-words.ts'

/** Takes inline reasoning off a message's content; `undefined` when there is no mark of any. */
export function splitContent(content: string): ContentSplit | undefined {
  return splitHarmony(content) ?? splitSectionWords(content) ?? splitHeadings(content) ?? splitMarked(content)
}
