import { expect, test } from 'vitest'
import { isSameModel } from '../../teachers/endpoint/served-model.ts'

test.each([
  ['Qwen/Qwen3-8B', 'Qwen/Qwen3-8B'],
  ['Qwen/Qwen3-8B', 'qwen3-8b'],
  ['Qwen/Qwen3-8B', '/models/Qwen3-8B-Q4_K_M.gguf'],
  ['qwen3:8b', 'qwen3:8b'],
  ['openai/gpt-oss-120b:cerebras', 'gpt-oss-120b'],
  ['deepseek/deepseek-r1:free', 'deepseek/deepseek-r1'],
  ['gpt-4.1', 'gpt-4.1-2025-04-14'],
  ['deepseek-flash', 'deepseek-v4.1-flash'],
  ['accounts/fireworks/models/deepseek-v3p1', 'deepseek-v3p1'],
  ['Qwen/Qwen3-8B', ''],
])('%s may answer as %s', (asked, served) => {
  expect(isSameModel(asked, served)).toBe(true)
})

test.each([
  ['Qwen/Qwen3-8B', 'Qwen/Qwen3-14B'],
  ['Qwen/Qwen3-30B-A3B-Thinking-2507', 'Qwen/Qwen3-30B-A3B-Instruct-2507'],
  ['openai/gpt-oss-20b', 'openai/gpt-oss-120b'],
  ['openai/gpt-oss-20b', 'another-model'],
  ['deepseek-ai/DeepSeek-R1', 'deepseek-ai/DeepSeek-V3'],
])('%s does not answer as %s', (asked, served) => {
  expect(isSameModel(asked, served)).toBe(false)
})
