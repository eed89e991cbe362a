import type { ChatMessage } from '../exports/shapes.ts'
import { withAliases, withoutNulls } from '../exports/shapes.ts'
import { spanMarks, type ChatTemplate } from './chat-template.ts'
import type { RowFinding } from './check-rows.ts'
import { sharedLength } from './describe.ts'
import type { Conversation } from './forms.ts'
import type { Transformers } from './target.ts'

/** A conversation as a student reads it. */
export type StudentText = {
  /** Empty where the template gives none. */
  text: string
  /**
   * The stretches that are trained: those that the template marks, else what follows the prompt of the model's own turn.
   * Units of UTF-16.
   */
  trained: { start: number; end: number }[]
  /** What is wrong with it, in a sentence; empty where reasoning and answer stand where they should. */
  wrong: string
}

/** Renders one conversation. What its template raises is told in place of a text. */
export function showConversation(
  template: ChatTemplate,
  { prompt, answer, splits, kwargs }: Conversation,
  { raw, why }: Pick<RowFinding, 'raw' | 'why'>,
): StudentText {
  const wrong = raw === 'right' ? '' : why
  if ([...prompt, answer].some((message) => Object.values(message).some(hasSpanMark)))
    return { text: '', trained: [], wrong: why }
  try {
    const { text, spans } = template.render([...prompt, answer], { kwargs })
    if (!splits && spans.length > 0) return { text, trained: spans, wrong }
    const begun = template.render(prompt, { kwargs, addGenerationPrompt: true }).text
    return { text, trained: [{ start: sharedLength(begun, text), end: text.length }], wrong }
  } catch (error) {
    const said = (error as Error).message.split('\n')[0]!.slice(0, 200)
    return { text: '', trained: [], wrong: `the template raises: ${said}` }
  }
}

function hasSpanMark(value: unknown): boolean {
  return typeof value === 'string' && (value.includes(spanMarks.start) || value.includes(spanMarks.end))
}

/** A conversation as a version of transformers passes it to the template. */
export function passedOn(conversation: Conversation, oldest: Transformers): Conversation {
  if (oldest === 'any') return conversation
  const pass = (message: ChatMessage): ChatMessage =>
    withAliases(oldest === '5.24' ? withoutNulls(message) : message)
  return { ...conversation, prompt: conversation.prompt.map(pass), answer: pass(conversation.answer) }
}
