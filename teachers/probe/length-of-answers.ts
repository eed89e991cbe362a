import { countTokens } from '../cost/tokens.ts'
import { readUsage } from '../reply/read-usage.ts'
import { answeredOf, type Observed, writtenText } from './observed.ts'

/** How long the answer to a question is that one word answers. */
export type ShortAnswer = {
  /** Tokens of all text that came, as counted here. */
  tokens: number
  /** Far more tokens were billed than came. */
  hidden: boolean
}

/** Tokens that are more than one word in any vocabulary, with the ends of turns and an empty think block around it. */
const tokensBeside = 60

/** `null` where the question was not asked or not answered. */
export function concludeShortAnswer(observed: readonly Observed[]): ShortAnswer | null {
  const [answered] = answeredOf(observed, 'short_question')
  if (answered === undefined) return null
  const { tokens } = countTokens(writtenText(answered.body))
  const billed = readUsage(answered.body).completion_tokens ?? 0
  return { tokens, hidden: billed > 3 * tokens + tokensBeside }
}
