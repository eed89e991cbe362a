import type { Random } from '../../../problems/builtin/random.ts'
import type { Spoil } from './spoil.ts'

const SUBJECTS = ['这个结果', '上面的计算', '这一步', '题目的条件', '两边的数值', '前面的推导', '这个等式']
const VERBS = [
  '看起来是正确的',
  '需要再检查一遍',
  '应该没有问题',
  '和之前得到的一致',
  '还要仔细考虑',
  '可以直接代入验证',
]
const LINKS = ['，因为', '，所以', '，但是', '，也就是说', '。另外', '。接下来']

/** A run of Chinese inside an English text. */
export const languageMixing: Spoil = {
  name: 'language_mix',
  modes: ['thinking', 'non_thinking'],
  exclusive: false,
  alter(reply, { random }) {
    const key = reply.reasoning === '' ? 'content' : 'reasoning'
    const text = reply[key]
    if (text === '') return reply
    const sentences = text.split(/(?<=[.?!] )/)
    const at = Math.floor(sentences.length * (0.2 + 0.5 * random.next()))
    sentences.splice(at, 0, `${chineseSentences(random, random.integer(4, 12))} `)
    return { ...reply, [key]: sentences.join('') }
  },
}

/** Prose of so many clauses that a text about numbers might hold. */
function chineseSentences(random: Random, clauses: number): string {
  let text = ''
  for (let index = 0; index < clauses; index++) {
    if (index > 0) text += random.pick(LINKS)
    text += random.pick(SUBJECTS) + random.pick(VERBS)
  }
  return `${text}。`
}
