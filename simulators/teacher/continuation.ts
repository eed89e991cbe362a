import type { ChatBody } from './chat-body.ts'
import type { Reply } from './spoils/spoil.ts'

/** A request without the assistant's opening words, and those words; empty where the answer starts from nothing. */
export type Opened = { body: ChatBody; prefix: string }

/** Takes off the last message that `continue_final_message` asks to go on with, as vLLM and SGLang read it. */
export function openedBy(body: ChatBody): Opened {
  if (body.continue_final_message !== true) return { body, prefix: '' }
  return { body: { ...body, messages: body.messages.slice(0, -1) }, prefix: body.messages.at(-1)!.text }
}

/** Why a request to go on cannot be taken, or `null`. */
export function continuationProblem(body: ChatBody): string | null {
  if (body.continue_final_message !== true) return null
  if (body.add_generation_prompt !== false)
    return 'continue_final_message: cannot be used together with add_generation_prompt; set that to false'
  const last = body.messages.at(-1)!
  return last.role === 'assistant'
    ? null
    : 'continue_final_message: the last message is not an assistant message'
}

/**
 * What is left to write of a reply after its first words. Words that the reply does not begin with are taken as they
 * are: behind a think block that they close comes the whole answer, inside one as much reasoning as is left by length.
 */
export function continueReply(reply: Reply, prefix: string): Reply {
  if (prefix === '') return reply
  const [, opened = '', text = ''] = /^(<think>\n?)?([^]*)$/u.exec(prefix)!
  const close = text.indexOf('</think>')
  const inReasoning =
    close === -1 && reply.block !== 'none' && (opened !== '' || reply.reasoning.startsWith(text))
  if (inReasoning) return { ...reply, reasoning: reply.reasoning.slice(text.length), continued: true }
  const shown = close === -1 ? text : text.slice(close + '</think>'.length).trimStart()
  const content = reply.content.startsWith(shown) ? reply.content.slice(shown.length) : reply.content
  return { ...reply, block: 'none', reasoning: '', content, continued: true }
}
