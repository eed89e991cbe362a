import { z } from 'zod'
import { quoted } from '../../schemas/quoted.ts'
import type { ProblemFilter } from '../filter.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/**
 * Prompts that ask nothing: no more than two letters or digits, or a single word used as a placeholder. Such rows are
 * in nvidia/Nemotron-Post-Training-Dataset-v1 ("-").
 */
export const placeholderPrompt: ProblemFilter<z.infer<typeof Options>> = {
  name: 'placeholder-prompt',
  version: '1',
  source: 'Nemotron-Post-Training-Dataset-v1; own number',
  rules: ['P1'],
  scope: 'problem',
  defaultOn: true,
  reasons: { placeholder_prompt: 'The prompt is a placeholder without words.' },
  options: Options,
  verifies: false,
  summary: 'have a prompt that asks nothing',
  create: () => (problems) =>
    problems.map(({ problem: { prompt } }) =>
      isPlaceholder(prompt)
        ? {
            reason: 'placeholder_prompt',
            message: `the prompt ${quoted(prompt)} asks nothing; remove the row`,
          }
        : undefined,
    ),
}

function isPlaceholder(prompt: string): boolean {
  const characters = prompt.match(/[\p{L}\p{N}]/gu)?.length ?? 0
  return characters < 3 || placeholders.has(prompt.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
}

const placeholders = new Set([
  'none',
  'null',
  'nan',
  'todo',
  'tbd',
  'empty',
  'placeholder',
  'question',
  'problem',
  'prompt',
])
