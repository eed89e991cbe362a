import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'

const Options = z.strictObject({
  max_paragraph: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'most characters of a paragraph of the reasoning (3000 in the preset r1-sft), null for no limit',
    ),
  code_in_reasoning: z
    .enum(['drop', 'keep'])
    .default('keep')
    .describe('code blocks in the reasoning about a problem that is no programming problem'),
  min_characters: z
    .int()
    .nonnegative()
    .default(0)
    .describe(
      'fewest characters of reasoning and answer together in a thinking arm (OpenMathInstruct-2: 200)',
    ),
})
type Options = z.infer<typeof Options>

/**
 * The shape of a trace. DeepSeek-R1 (arXiv 2501.12948) drops chains with long paragraphs and with code blocks and gives no
 * numbers; OpenMathInstruct-2 drops what is shorter than 200 characters. Without options it only measures.
 */
export const shape: SampleFilter<Options> = {
  name: 'shape',
  version: '2',
  source: 'DeepSeek-R1 for the rules, OpenMathInstruct-2: 200 characters; off by default',
  rules: ['T5', 'T14', 'T15'],
  scope: 'sample',
  defaultOn: true,
  reasons: {
    long_paragraph: 'The reasoning has a longer paragraph than allowed.',
    code_in_reasoning: 'The reasoning about no programming problem holds a code block.',
    too_few_characters: 'Reasoning and answer have fewer characters than wanted.',
  },
  measures: [
    {
      name: 'longest_paragraph',
      unit: 'characters',
      describe: 'the longest part of the reasoning between blank lines',
      whole: true,
    },
    {
      name: 'code_blocks_in_reasoning',
      unit: 'blocks',
      describe: 'fenced code blocks of the reasoning, a last one that is not closed too',
      whole: true,
    },
  ],
  options: Options,
  numbers: { max_paragraph: 'fewer', min_characters: 'more' },
  measure: ({ trace }) => ({
    longest_paragraph: longest(trace.reasoning),
    code_blocks_in_reasoning: Math.ceil((trace.reasoning.match(/^[ \t]*```/gm)?.length ?? 0) / 2),
  }),
  create:
    ({ max_paragraph, code_in_reasoning, min_characters }) =>
    ({ problem, arm, trace }, measured) => {
      const reasons: string[] = []
      if (max_paragraph !== null && measured['longest_paragraph']! > max_paragraph)
        reasons.push('long_paragraph')
      if (
        code_in_reasoning === 'drop' &&
        problem.task !== 'code' &&
        measured['code_blocks_in_reasoning']! > 0
      )
        reasons.push('code_in_reasoning')
      if (arm.mode === 'thinking' && trace.reasoning.length + trace.answer.length < min_characters)
        reasons.push('too_few_characters')
      return reasons
    },
}

function longest(text: string): number {
  let most = 0
  for (const paragraph of text.split(/\n[ \t\r]*\n\s*/)) most = Math.max(most, paragraph.trim().length)
  return most
}
