import type { Random } from '../../../problems/builtin/random.ts'
import { chineseSentences } from './language-mixing.ts'
import type { Spoil } from './spoil.ts'

/** Everything around the final answer is in Chinese, though the question is not. */
export const chineseAnswer: Spoil = {
  name: 'chinese_answer',
  modes: ['thinking', 'non_thinking'],
  exclusive: true,
  alter(reply, { random }) {
    const closing = reply.content.split('\n\n').at(-1) ?? ''
    return {
      ...reply,
      reasoning: inChinese(reply.reasoning, random),
      content: `${inChinese(reply.content, random)}\n\n${closing}`,
    }
  },
}

/** As many paragraphs as the text has; a Chinese sentence counts as one. */
function inChinese(text: string, random: Random): string {
  if (text === '') return ''
  return text
    .split('\n\n')
    .map(() => chineseSentences(random, random.integer(2, 6)))
    .join('\n\n')
}
