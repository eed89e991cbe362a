import type { ContentSplit } from './content-split.ts'
import { splitHarmony } from './harmony.ts'
import { splitSectionWords } from './section-words.ts'
import { splitThinkTags, splitThoughtMarkers } from './think-tags.ts'

/** Takes inline reasoning off a message's content; `undefined` when there is no mark of any. */
export function splitContent(content: string): ContentSplit | undefined {
  return (
    splitHarmony(content) ??
    splitThoughtMarkers(content) ??
    splitSectionWords(content) ??
    splitThinkTags(content)
  )
}
