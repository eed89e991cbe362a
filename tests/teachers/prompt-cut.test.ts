import { expect, test } from 'vitest'
import { promptWasCut } from '../../teachers/cost/prompt-cut.ts'
import { countTokens } from '../../teachers/cost/tokens.ts'

const text = 'The train leaves at noon and the boat an hour later. '.repeat(200)
const own = countTokens(text).tokens
const request = { messages: [{ role: 'user' as const, content: text }] }
const qwen = { teacher: 'qwen3', tokenizer: '' }
const gptOss = { teacher: 'gpt-oss', tokenizer: '' }

function told(prompt_tokens: number | null, cached_tokens: number | null = null) {
  return { prompt_tokens, cached_tokens }
}

test('a server that read less than half of a long prompt cut it', () => {
  const says = promptWasCut(qwen, request, told(Math.floor(own * 0.4)))
  expect(says).toContain(`the server read ${Math.floor(own * 0.4)} tokens of a prompt that has about ${own}`)
  expect(says).not.toContain('\n')
})

test('with the vocabulary of the model a tenth is enough', () => {
  expect(promptWasCut(gptOss, request, told(Math.floor(own * 0.85)))).toBeDefined()
  expect(promptWasCut(gptOss, request, told(own + 70))).toBeUndefined()
})

test('a prompt that fills a context to the last token and should be longer was cut', () => {
  const words = text.slice(0, Math.floor((text.length * 700) / own))
  const long = { messages: [{ role: 'user' as const, content: words }] }
  expect(promptWasCut(qwen, long, told(512))).toContain(
    'the server read 512 tokens of a prompt that has about',
  )
  for (const read of [511, 513, 640]) expect(promptWasCut(qwen, long, told(read))).toBeUndefined()
  const just = { messages: [{ role: 'user' as const, content: words.slice(0, words.length * 0.72) }] }
  expect(promptWasCut(qwen, just, told(512))).toBeUndefined()
})

test.each([
  ['another vocabulary', request, told(Math.ceil(own * 0.6))],
  ['a server that does not count', request, told(null)],
  ['a server that always says 0', request, told(0)],
  ['a server that leaves out what it had cached', request, told(20, own - 20)],
  ['a short prompt', { messages: [{ role: 'user' as const, content: text.slice(0, 500) }] }, told(4)],
  [
    'characters that are few tokens',
    { messages: [{ role: 'user' as const, content: ' '.repeat(5000) }] },
    told(4),
  ],
])('%s is no cut', (_name, asked, usage) => {
  expect(promptWasCut(qwen, asked, usage)).toBeUndefined()
})
