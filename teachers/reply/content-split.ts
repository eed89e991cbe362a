import type { ReasoningSource } from '../../schemas/trace.ts'

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
