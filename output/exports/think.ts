/** An assistant message taken apart; `reasoning` is null where the message shows none. */
export type ThinkingParts = { reasoning: string | null; answer: string }

const opening = '<think>\n'
const closing = '\n</think>\n\n'

/**
 * One assistant message from a reasoning and an answer: `<think>\n…\n</think>\n\n…`, the form that chat templates and
 * trainers take apart, or the answer alone where `reasoning` is null.
 *
 * A tag that the texts themselves mention (`<think>` or `</think>`) is written with a backslash after its `<`, and one
 * that already has backslashes there gets one more. So a message has at most one opening and one closing tag, a reader
 * that splits at the first and one that splits at the last agree, and `parseThinking` gives back any two texts exactly.
 * The columns `reasoning` and `answer` next to the message always hold the original texts.
 */
export function renderThinking(reasoning: string | null, answer: string): string {
  return reasoning === null
    ? escapeTags(answer)
    : `${opening}${escapeTags(reasoning)}${closing}${escapeTags(answer)}`
}

/**
 * The inverse of `renderThinking`. Throws a SyntaxError for a message that it did not write: an opened block that is not
 * closed in the same form, or a tag where none can be.
 */
export function parseThinking(message: string): ThinkingParts {
  if (!message.startsWith(opening)) return { reasoning: null, answer: unescapeTags(message) }
  const end = message.indexOf(closing, opening.length)
  if (end < 0) throw new SyntaxError('the thinking block is not closed')
  return {
    reasoning: unescapeTags(message.slice(opening.length, end)),
    answer: unescapeTags(message.slice(end + closing.length)),
  }
}

/** Writes a backslash after the `<` of every think tag that a text mentions, see `renderThinking`. */
export function escapeTags(text: string): string {
  return text.replaceAll(/<(?=\\*\/?think>)/g, '<\\')
}

function unescapeTags(text: string): string {
  if (/<\/?think>/.test(text)) throw new SyntaxError('there is a tag besides those of the thinking block')
  return text.replaceAll(/<\\(?=\\*\/?think>)/g, '<')
}
