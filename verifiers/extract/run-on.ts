/** A line that begins another problem, as base models go on writing after an answer. */
const NEXT_PROBLEM =
  /\n[ \t]{0,8}(?:\*\*|#{1,4}\s*)?(?:question|problem|exercise|q|human|user|instruction|input|### instruction|题目|问题|问)\s?\d{0,3}\s?(?:\*\*)?\s?[:：.](?:\*\*)?[ \t]{1,4}(?=\S)/iu
/** What marks an answer: the next problem counts behind one only. */
const MARKED = /####\s*\S|\\boxed\s?\{[^{}]*[^\s{}]|<\/answer>|\b(?:the|final) answer is\b/iu

/** A text without the further problems that a model asked and answered itself behind its marked answer. */
export function cutRunOn(text: string): string {
  const marked = MARKED.exec(text)
  if (marked === null) return text
  const next = NEXT_PROBLEM.exec(text.slice(marked.index))
  return next === null ? text : text.slice(0, marked.index + next.index)
}
