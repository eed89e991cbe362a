import { answersOf, type RowAnswer } from '../../../../output/dataset/row-answers.ts'
import { RunError } from '../../../../schemas/errors.ts'
import type { CheckRun } from './check.ts'
import { type Found, found, passed, placeOf, rowsOf, untoldAnswers } from './rows.ts'

/** An answer without reasoning that begins by thinking aloud. */
const monologue = /^(?:(?:okay|ok|alright|so|well|hmm+)\b[,.… ]*)*(?:let me think\b|hmm+\b)/iu

const unread = new Set(['reference_answers', 'choices', 'tools'])

export const check: CheckRun = {
  async run(dataset) {
    const faults = new Map<string, Found>()
    const unseen = new Set<string>()
    let answers = 0
    for await (const placed of rowsOf(dataset, (name) => !unread.has(name), ['selected'])) {
      for (const answer of answersOf(placed.row)) {
        answers += 1
        const fault = faultOf(answer)
        if (fault === null) unseen.add(placed.config)
        else if (fault !== '') faults.set(fault, found(faults.get(fault), placeOf(placed)))
      }
    }
    if (unseen.size > 0)
      throw new RunError(
        `nothing says in which form the answers of ${[...unseen].join(', ')} are; look at them, then say \`push.accept: [form]\``,
      )
    const [first] = faults
    if (first === undefined)
      return passed(
        `${answers} answers are in the form of their mode`,
        await untoldAnswers(dataset, ['selected']),
      )
    const [fault, { count, first: place }] = first
    throw new RunError(
      `${count} of ${answers} answers are not in the form of their mode: ${fault}, such as ${place}${faults.size > 1 ? `, and ${faults.size - 1} other faults` : ''}; switch on \`filter.think-format\` and \`filter.shape\`, or say \`push.accept: [form]\``,
    )
  },
}

/** The empty text of a right answer, null of one that no column shows or judges. */
function faultOf({ facts, parts }: RowAnswer): string | null {
  if (typeof parts === 'string') return parts
  if (parts === undefined) {
    const reward = facts['format_reward']
    return typeof reward !== 'number' ? null : reward === 1 ? '' : 'the format reward is 0'
  }
  const { reasoning, answer } = parts
  if (answer.trim() === '') return 'there is no answer'
  if (facts['mode'] === 'thinking')
    return reasoning === null || reasoning.trim() === '' ? 'there is no reasoning' : ''
  if (reasoning !== null) return 'an arm that does not reason has a thinking block'
  return monologue.test(answer.trimStart()) ? 'an answer without reasoning thinks aloud' : ''
}
