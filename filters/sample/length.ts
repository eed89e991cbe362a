import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'

/** Lengths by name: DLER trains on 4,000 tokens, NeMo Curator and Open-R1 keep 16,384, DeepSeek-R1 32,768. */
const namedLengths = { '4k': 4000, '8k': 8192, '16k': 16_384, '32k': 32_768 } as const

const Most = z
  .union([z.int().nonnegative(), z.enum(['4k', '8k', '16k', '32k']), z.null()])
  .transform((stated) => (typeof stated === 'string' ? namedLengths[stated] : stated))

/** Bounds in tokens, with the defaults of the part that they are for. */
function bounds(min: number, max: number | null) {
  return z
    .strictObject({
      min: z.int().nonnegative().default(min).describe('fewest tokens'),
      max: Most.prefault(max).describe(
        'most tokens, or 4k (4,000), 8k (8,192), 16k (16,384) or 32k (32,768); null for no limit',
      ),
    })
    .superRefine((stated, context) => {
      if (stated.max === null || stated.min <= stated.max) return
      const message = `min ${stated.min} is above max ${stated.max}; lower min or raise max`
      context.addIssue({ code: 'custom', message })
    })
}

type Bounds = z.infer<ReturnType<typeof bounds>>
type Part = 'reasoning' | 'answer' | 'total'
type PartBounds = { [P in Part]?: Bounds | undefined }

function checkTotal({ reasoning, answer, total }: PartBounds, context: z.RefinementCtx): void {
  const least = (reasoning?.min ?? 0) + (answer?.min ?? 0)
  const most = total?.max ?? null
  if (most === null || least <= most) return
  const message = `reasoning and answer need at least ${least} tokens, and total allows ${most}; raise total.max`
  context.addIssue({ code: 'custom', message })
}

const Options = z.strictObject({
  thinking: z
    .strictObject({
      reasoning: bounds(0, 16_384).prefault({}),
      answer: bounds(1, null).prefault({}),
      total: bounds(0, 32_768).prefault({}),
    })
    .superRefine(checkTotal)
    .prefault({})
    .describe('bounds of thinking arms'),
  non_thinking: z
    .strictObject({
      reasoning: bounds(0, null).prefault({}),
      answer: bounds(1, null).prefault({}),
      total: bounds(0, 32_768).prefault({}),
    })
    .superRefine(checkTotal)
    .prefault({})
    .describe('bounds of non-thinking arms'),
  arms: z
    .record(
      z.string(),
      z
        .strictObject({
          reasoning: bounds(0, null).optional(),
          answer: bounds(0, null).optional(),
          total: bounds(0, null).optional(),
        })
        .superRefine(checkTotal),
    )
    .default({})
    .describe(
      'bounds by the name of an arm; a part that is stated replaces that part of the mode of the arm',
    ),
})
type Options = z.infer<typeof Options>

/**
 * Bounds on length in tokens, counted with the trace's own tokenizer; `total` is reasoning plus answer. The default caps
 * are those of DLER (arXiv 2510.15110) and NeMo Curator for reasoning and of DeepSeek-R1 (arXiv 2501.12948) in total.
 */
export const length: SampleFilter<Options> = {
  name: 'length',
  version: '1',
  source: 'DLER, NeMo Curator: 16,384 of reasoning; DeepSeek-R1: 32,768 in all',
  rules: ['S8', 'T5', 'T6', 'T7'],
  scope: 'sample',
  readsNoText: true,
  defaultOn: true,
  reasons: {
    reasoning_too_short: 'The reasoning has fewer tokens than allowed.',
    reasoning_too_long: 'The reasoning has more tokens than allowed.',
    answer_too_short: 'The answer has fewer tokens than allowed.',
    answer_too_long: 'The answer has more tokens than allowed.',
    total_too_short: 'Reasoning and answer together have fewer tokens than allowed.',
    total_too_long: 'Reasoning and answer together have more tokens than allowed.',
  },
  options: Options,
  numbers: {
    'thinking.reasoning.min': 'more',
    'thinking.reasoning.max': 'fewer',
    'thinking.answer.min': 'more',
    'thinking.answer.max': 'fewer',
    'thinking.total.min': 'more',
    'thinking.total.max': 'fewer',
    'non_thinking.reasoning.min': 'more',
    'non_thinking.reasoning.max': 'fewer',
    'non_thinking.answer.min': 'more',
    'non_thinking.answer.max': 'fewer',
    'non_thinking.total.min': 'more',
    'non_thinking.total.max': 'fewer',
  },
  arms: ({ arms }) => Object.keys(arms),
  create: (options) => {
    const arms = new Map(Object.entries(options.arms))
    return ({ arm, trace }) => {
      const { reasoning, answer, total } = { ...options[arm.mode], ...arms.get(arm.name) }
      const both = trace.reasoning_tokens + trace.answer_tokens
      return [
        ...outside('reasoning', trace.reasoning_tokens, reasoning),
        ...outside('answer', trace.answer_tokens, answer),
        ...outside('total', both, total),
      ]
    }
  },
}

function outside(part: Part, tokens: number, bounds: Bounds | undefined): string[] {
  if (bounds === undefined) return []
  if (tokens < bounds.min) return [`${part}_too_short`]
  return bounds.max !== null && tokens > bounds.max ? [`${part}_too_long`] : []
}
