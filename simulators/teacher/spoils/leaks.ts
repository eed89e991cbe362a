import type { Random } from '../../../problems/builtin/random.ts'
import { phrases, type Phrase } from '../prose/phrase.ts'
import type { Reply, Spoil } from './spoil.ts'

const selves = phrases(
  "{I am|I'm} {Qwen|Qwen3}, {a large language model|an AI assistant} {created|developed|trained} by Alibaba Cloud{| and here to help}.",
  "My name is {DeepSeek-R1|ChatGPT}, and {I'll|I will} {solve this|go through this} step by step.",
  'As {an AI language model|a large language model|an AI assistant}, I {have no calculator|do not have access to a calculator}, so I work by hand.',
  'I was {trained|developed} by {OpenAI|DeepSeek|Alibaba Cloud}, {so I know this kind of problem|and problems like this are familiar}.',
  '{As|Being} {DeepSeek-R1|Qwen}, {a model developed by DeepSeek|an AI model made by Alibaba}, I {should give|must give} a clear answer.',
  "{We|I} {must|should} {follow|comply with} OpenAI's {policy|policies|guidelines} here.",
  '我是{通义千问|由阿里云开发的语言模型}。',
)

const references = phrases(
  '{This|That} {matches|agrees with} the {given|reference|provided} answer.',
  'The {reference|provided|expected} {answer|solution} {says|gives|states} {the same|something else}, {so I must be right|let me check again}.',
  "{I've been|I was} {given|told} the {correct|final} answer{, so|, and} I only need to {explain|justify} it.",
  '{According to|Judging by} the {answer key|reference solution|provided solution}, {this is right|that step is needed}.',
  'But the {ground truth|official|reference} answer is {different|another number}, {hmm|so I made a mistake}.',
  '参考答案{给出的也是这个数|是一样的}。',
)

/** The teacher says who it is, or who made it. */
export const identityLeak: Spoil = {
  name: 'identity_leak',
  modes: ['thinking', 'non_thinking'],
  exclusive: false,
  alter: (reply, { random }) => inserted(reply, selves, random),
}

/** The teacher speaks of a reference answer, which nobody gave to it. */
export const referenceLeak: Spoil = {
  name: 'reference_leak',
  modes: ['thinking', 'non_thinking'],
  exclusive: false,
  alter: (reply, { random }) => inserted(reply, references, random),
}

/** One sentence between two others in the first half of the reasoning, or of the answer where nothing is thought. */
function inserted(reply: Reply, said: readonly Phrase[], random: Random): Reply {
  const key = reply.reasoning === '' ? 'content' : 'reasoning'
  const sentences = reply[key].split(/(?<=[.?!] )/)
  const at = Math.floor(sentences.length * 0.5 * random.next())
  sentences.splice(at, 0, `${random.pick(said)(random)} `)
  return { ...reply, [key]: sentences.join('') }
}
