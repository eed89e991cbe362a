import type { FinishState } from '../../schemas/trace.ts'
import { endWord } from './finish-word.ts'

/** What is known about a response when its end is judged. */
export type Ending = {
  reasoning: string
  answer: string
  finishReason: string
  /** The reasoning came inline, and the mark that ends it was seen; `true` where it came in a field of its own. */
  closed: boolean
  inline: boolean
  damaged: boolean
  /** The server's own word that it declined. */
  refused: boolean
}

/**
 * How a response ended. The server's word alone does not do: models stop inside their reasoning, and tags are lost on
 * the way.
 */
export function finishState(ending: Ending): FinishState {
  const { reasoning, answer, finishReason } = ending
  const end = endWord(finishReason)
  if (end === 'broken') return 'api_error'
  if (ending.refused || end === 'refused') return 'refusal'
  if (reasoning === '' && answer === '') return 'empty'
  if (ending.damaged) return 'tag_damaged'
  if (answer === '') return withoutAnswer(ending)
  if (end === 'cut') return 'cut_in_answer'
  if (end === 'unknown') return 'unknown_end'
  return declines(answer) ? 'refusal' : 'complete'
}

/** Whether a text of unknown end reads as if it came to one. */
export function looksWhole(text: string): boolean {
  const lastLine = text.trimEnd().split('\n').at(-1) ?? ''
  return /[.!?…。！？)\]}>»"”'’`*_$|%]$/u.test(lastLine) || /\banswer\b/iu.test(lastLine)
}

function withoutAnswer({ finishReason, inline, closed }: Ending): FinishState {
  const closedInline = inline && closed
  const end = endWord(finishReason)
  if (end === 'cut') return closedInline ? 'cut_in_answer' : 'cut_in_think'
  if (end === 'none') return closedInline ? 'stop_in_think' : 'cut_in_think'
  return 'stop_in_think'
}

/**
 * Whether an answer is nothing but a refusal to help. Narrow on purpose: "this cannot be determined" is an answer, and
 * a trace that is taken for a refusal is lost.
 */
function declines(answer: string): boolean {
  if (answer.length > 600 || /\\boxed|answer\s*[:：]|<answer>/iu.test(answer)) return false
  const opening = answer.replaceAll('’', "'")
  return (
    /^(?:i'm sorry|i am sorry|sorry|i apologi[sz]e|unfortunately)?[,.]?\s*(?:but\s+)?(?:as an ai[^.]{0,60},\s*)?i\s*(?:can't|cannot|can not|won't|will not|'m not able to|am not able to|'m unable to|am unable to|must decline to|have to decline to)\s+(?:help|assist|comply|continue|engage|participate|support|discuss|share|provide (?:that|this|any|an answer|information|instructions|assistance)|(?:answer|complete|fulfil|fulfill) (?:this|that|your|the) (?:question|request|prompt))/iu.test(
      opening,
    ) || /^(?:很?抱歉|对不起)[，,]?\s*(?:但)?我(?:不能|无法)(?:帮助|协助|提供|满足|继续)/u.test(opening)
  )
}
