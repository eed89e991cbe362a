import type { AnswerValue } from '../../../problems/builtin/answer-value.ts'
import { renderings } from '../../../problems/builtin/renderings.ts'
import type { Random } from '../../../problems/builtin/random.ts'

/** How the final answer is asked for: in a box, as a JSON field, or not said. */
export type AnswerForm = 'box' | 'json' | 'free'

export type Closing = {
  /** The final answer as written. */
  shown: string
  /** The last sentence or sentences of the answer. */
  text: string
}

const BOXED = [
  (box: string) => `The final answer is $${box}$.`,
  (box: string) => `Therefore, the answer is $${box}$.`,
  (box: string) => `**Final Answer:** $${box}$`,
  (box: string) => `**Final Answer**\n\n\\[\n${box}\n\\]`,
  (box: string) => `\\[\n${box}\n\\]`,
  (box: string) => `$$\n${box}\n$$`,
  (box: string) => `Thus the result is \\(${box}\\).`,
  (box: string) => `Answer: ${box}`,
  (box: string) => `So the answer is ${box}`,
]

/** Writes the value down in one of the ways in which teachers do. */
export function closing(answer: AnswerValue, form: AnswerForm, random: Random): Closing {
  if (form === 'json' && answer.kind === 'letter') {
    return { shown: answer.letter, text: `\`\`\`json\n{"answer": "${answer.letter}"}\n\`\`\`` }
  }
  // The plainest form is the commonest; the others share the rest.
  const forms = renderings(answer)
  const shown = random.chance(0.35) ? forms[0]! : random.pick(forms)
  if (form === 'box') return { shown, text: random.pick(BOXED)(`\\boxed{${shown}}`) }
  return freeClosing(answer, forms, random)
}

function freeClosing(answer: AnswerValue, forms: readonly string[], random: Random): Closing {
  if (answer.kind === 'text' || answer.kind === 'letter') {
    const word = answer.kind === 'text' ? answer.text : random.pick([answer.letter, `(${answer.letter})`])
    const text = random.pick([
      `The answer is ${word}.`,
      `**Answer:** ${word}`,
      `Answer: ${word}`,
      `So the answer is **${word}**.`,
    ])
    return { shown: word, text }
  }
  const shown = random.pick(forms)
  const text = random.pick([
    `The answer is $${shown}$.`,
    `**Answer:** $${shown}$`,
    `So the final answer is $${shown}$.`,
    `Answer: $${shown}$`,
  ])
  return { shown, text }
}

/** The value inside running text: words as they are, formulas between dollar signs. */
export function spokenForm(answer: AnswerValue): string {
  return answer.kind === 'text' || answer.kind === 'letter'
    ? renderings(answer)[0]!
    : `$${renderings(answer)[0]}$`
}
