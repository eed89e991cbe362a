import { builtinItems } from '../../problems/builtin/builtin-problems.ts'
import { randomFrom } from '../../problems/builtin/random.ts'
import { ChatBody } from '../../simulators/teacher/chat-body.ts'
import { SimulatorOptions } from '../../simulators/teacher/options.ts'
import { problemIndex } from '../../simulators/teacher/problem-index.ts'
import { closing } from '../../simulators/teacher/prose/closing.ts'
import { teach } from '../../simulators/teacher/teacher.ts'

/** Mean length of an answer with its reasoning, in UTF-16 units; nearly all of them are one byte. */
const characters = 12_000

export type CannedText = { reasoning: string; answer: string }

/**
 * Writes answers of about 12 kB, no two alike: paragraphs of the simulated teacher in an order and with digits that hang
 * on the request, and at the end the right answer to the built-in problem that the message holds.
 */
export function cannedTexts(): (message: string, seed: number) => CannedText {
  const paragraphs = simulatedParagraphs()
  const problems = problemIndex({ seed: 1, limit: 20_000 })
  return (message, seed) => {
    const random = randomFrom('canned', message, seed)
    const wanted = characters * (0.9 + 0.2 * random.next())
    let text = ''
    while (text.length < wanted) text += `${random.pick(paragraphs)}\n\n`
    const shift = random.integer(1, 9)
    const reasoning = text.replaceAll(/\d/gu, (digit) => String((Number(digit) + shift) % 10))
    const item = problems.find(message)
    const end = item === null ? 'There is no answer.' : closing(item.answer, 'box', random).text
    const answer = `${random.pick(paragraphs)}\n\n${end}`
    return { reasoning: reasoning.slice(0, -2), answer }
  }
}

/** What the simulated teacher writes for some hundred problems, cut at its empty lines. */
function simulatedParagraphs(): string[] {
  const options = SimulatorOptions.parse({ spoil_scale: 0, problems: { seed: 2, limit: 300 } })
  const problems = problemIndex(options.problems)
  return [...builtinItems({ count: 300, seed: 2 })].flatMap(({ problem }) => {
    const messages = [{ role: 'user', content: problem.prompt }]
    const { reply } = teach(ChatBody.parse({ model: 'deepseek-r1', messages }), 30_000, options, problems)
    return reply.reasoning.split('\n\n').filter((paragraph) => paragraph.length > 40)
  })
}
