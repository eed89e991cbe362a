import { phrases } from '../prose/phrase.ts'
import type { Spoil } from './spoil.ts'

/** A plausible wrong answer with the reasoning that leads to it. */
export const wrongAnswer: Spoil = {
  name: 'wrong_answer',
  modes: ['thinking', 'non_thinking'],
  exclusive: false,
  plan: (plan) => ({ ...plan, wrong: true }),
}

/** A trace that goes on, without repeating itself, until the token limit cuts it off. */
export const overlong: Spoil = {
  name: 'overlong',
  modes: ['thinking'],
  exclusive: true,
  plan: (plan) => ({ ...plan, endless: true }),
}

const REFUSALS = phrases(
  "{I'm sorry|Sorry|I apologize}, but I {can't|cannot|am not able to} {help with|assist with|answer} {this|that} {request|question}.",
  'As an AI {assistant|language model}, I {cannot|am unable to} {provide an answer to this|complete this request}.',
)

/** The teacher declines. */
export const refusal: Spoil = {
  name: 'refusal',
  modes: ['thinking', 'non_thinking'],
  exclusive: true,
  alter: (reply, { random }) => ({ ...reply, content: random.pick(REFUSALS)(random), answered: false }),
}
