import type { ReasoningSource } from '../../schemas/trace.ts'
import { splitHarmony } from './harmony.ts'
import { splitSectionWords } from './section-words.ts'
import { splitThinkTags, splitThoughtMarkers } from './think-tags.ts'

/** A text that holds reasoning and answer, taken apart at its marks. */
export type ContentSplit = {
  reasoning: string
  answer: string
  source: Extract<ReasoningSource, 'think_tags' | 'closing_tag' | 'thought_markers' | 'harmony'>
  /** The mark that ends the reasoning was seen. */
  closed: boolean
  /** There are marks that allow another reading. */
  damaged: boolean
}

/** Takes inline reasoning off a message's content; `undefined` when there is no mark of any. */
export function splitContent(content: string): ContentSplit | undefined {
  return (
    splitHarmony(content) ??
    splitThoughtMarkers(content) ??
    splitSectionWords(content) ??
    splitThinkTags(content)
  )
}
