import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { UsageError } from '../../schemas/errors.ts'
import type { Usage } from '../../schemas/trace.ts'
import { billedTokens } from '../../teachers/cost/billed-tokens.ts'
import { loadTokenizer } from '../../teachers/cost/supplied-tokenizer.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { writeTokenizer } from './support/made-tokenizer.ts'

const request = { messages: [{ role: 'user' as const, content: 'the the the' }] }
const texts = { reasoning: 'the', answer: 'aaaa' }
const none: Usage = {
  prompt_tokens: null,
  completion_tokens: null,
  reasoning_tokens: null,
  cached_tokens: null,
}

test('the word of the server counts', () => {
  const usage = { ...none, prompt_tokens: 11, completion_tokens: 22 }
  expect(billedTokens({ teacher: 'qwen3', tokenizer: '' }, request, { ...texts, usage })).toEqual({
    prompt_tokens: 11,
    completion_tokens: 22,
    estimated: false,
    counted_with: 'server',
  })
})

test.each([
  ['qwen3', 'characters / 2.95', { reasoning: 'x'.repeat(295), answer: 'x'.repeat(590) }, 300],
  ['deepseek-r1', 'characters / 3.16', { reasoning: 'x'.repeat(316), answer: 'x'.repeat(632) }, 300],
  ['gpt-oss', 'o200k_harmony', { reasoning: 'Hello, world!', answer: '' }, 4],
])('%s is estimated by %s where the server says nothing', (teacher, counted_with, said, tokens) => {
  const billed = billedTokens({ teacher, tokenizer: '' }, request, { ...said, usage: none })
  expect(billed).toMatchObject({ completion_tokens: tokens, estimated: true, counted_with })
  expect(billed.prompt_tokens).toBeGreaterThan(4)
})

test('what the server leaves out is estimated, what it says is kept', () => {
  const usage = { ...none, prompt_tokens: 7 }
  const billed = billedTokens({ teacher: 'qwen3', tokenizer: '' }, request, { ...texts, usage })
  expect(billed).toMatchObject({ prompt_tokens: 7, completion_tokens: 2, estimated: true })
})

test("an arm's own tokenizer counts, and is named by its content and not by its path", async () => {
  await using folder = await temporaryFolder()
  const path = await writeTokenizer(folder.path)
  const billed = billedTokens({ teacher: 'qwen3', tokenizer: path }, request, { ...texts, usage: none })
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  expect(billed).toEqual({
    // Three words, two spaces of their own, and the template's.
    prompt_tokens: 5 + 4,
    completion_tokens: 2,
    estimated: true,
    counted_with: `tokenizer.json@${digest.slice(0, 12)}`,
  })
})

test.each([
  ['is not there', undefined, /there is no such file/u],
  ['is not JSON', '{"model":', /it is not JSON/u],
  ['is another JSON', '{"hello": "world"}', /must contain a "model"/u],
  ['is a list', '[1]', /cannot be used/u],
])('a file that %s is refused in one line', async (_name, content, says) => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'tokenizer.json')
  if (content !== undefined) await writeFile(path, content)
  expect(() => loadTokenizer(path)).toThrow(UsageError)
  expect(() => loadTokenizer(path)).toThrow(says)
  expect(() => loadTokenizer(path)).toThrow(/^[^\n]*give the path of the model's tokenizer.json[^\n]*$/u)
})

/** Splits nothing: every text is one word. */
const wholeText = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false }

test('a tokenizer that takes the whole text for one word comes to an end with loops', async () => {
  await using folder = await temporaryFolder()
  const counter = loadTokenizer(await writeTokenizer(folder.path, { pre_tokenizer: wholeText }))
  for (const unit of ['a', 'the ', '中', '!?', 'aB1 ']) {
    const tokens = counter.count(unit.repeat(20_000))
    expect(tokens).toBeGreaterThan(1000)
    expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(unit) * 20_000)
  }
})

test('cutting a text into pieces costs at most a token or two a cut, and special characters throw nothing', async () => {
  await using folder = await temporaryFolder()
  const counter = loadTokenizer(await writeTokenizer(folder.path))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(counter.count(text)).toBeLessThanOrEqual(Buffer.byteLength(text.toWellFormed()))
    }),
  )
  // Every piece ends where a word does, so nothing is cut apart.
  expect(counter.count('the '.repeat(10_000))).toBe(20_000)
})
