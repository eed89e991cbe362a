import { anthropic } from './anthropic.ts'
import { azure } from './azure.ts'
import { cohere } from './cohere.ts'
import { deepseek } from './deepseek.ts'
import type { Dialect } from './dialect.ts'
import { fireworks } from './fireworks.ts'
import { gemini } from './gemini.ts'
import { hfRouter } from './hf-router.ts'
import { llamacpp } from './llamacpp.ts'
import { lmstudio } from './lmstudio.ts'
import { minimax } from './minimax.ts'
import { mistral } from './mistral.ts'
import { moonshot } from './moonshot.ts'
import { nim } from './nim.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { openrouter } from './openrouter.ts'
import { sglang } from './sglang.ts'
import { together } from './together.ts'
import { vllm } from './vllm.ts'
import { zai } from './zai.ts'

/** Every dialect an endpoint can speak. A further one is a file in this folder and a line here. */
export const dialects = {
  openai,
  vllm,
  sglang,
  llamacpp,
  ollama,
  lmstudio,
  deepseek,
  openrouter,
  together,
  fireworks,
  'hf-router': hfRouter,
  nim,
  azure,
  zai,
  moonshot,
  minimax,
  mistral,
  gemini,
  cohere,
  anthropic,
} as const satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects

export const dialectNames = Object.keys(dialects) as [DialectName, ...DialectName[]]

export function findDialect(name: DialectName): Dialect {
  return dialects[name]
}
