import { z } from 'zod'
import type { Sample, SampleFilter } from '../filter.ts'
import { hasWireTags } from '../text/tags.ts'

const Options = z.strictObject({
  // Training code that looks for the closing tag would cut such reasoning at the first one.
  tags_in_reasoning: z.enum(['drop', 'keep']).default('drop').describe('reasoning that holds a think tag'),
  monologue: z
    .enum(['drop', 'keep'])
    .default('drop')
    .describe('an answer without thinking that thinks aloud'),
  removed_tags: z
    .enum(['drop', 'keep'])
    .default('keep')
    .describe('an answer from which reading took a tag, a wrapper or an empty think block'),
})
type Options = z.infer<typeof Options>

/**
 * One block of reasoning and one answer in a thinking arm, an answer and nothing else in a non-thinking one, and no tag
 * left in either. Thinking: OpenScience, AM (arXiv 2503.19633), DeepDistill (arXiv 2504.17565); empty blocks and the
 * purity of the other mode: NVIDIA NeMo Curator. An empty think block that was taken off an answer does no harm.
 */
export const thinkFormat: SampleFilter<Options> = {
  name: 'think-format',
  version: '1',
  source: 'OpenScience, AM, DeepDistill, NeMo Curator',
  rules: ['T2', 'T18', 'T21'],
  scope: 'sample',
  defaultOn: true,
  reasons: {
    think_missing: 'A thinking arm returned no reasoning.',
    think_empty: 'A thinking arm returned a think block with nothing in it.',
    answer_empty: 'There is no answer.',
    reasoning_in_ift: 'A non-thinking arm returned reasoning.',
    tags_in_answer: 'Think tags or chat-template tokens are left in the answer.',
    tags_in_reasoning: 'The reasoning holds a think tag or a chat-template token.',
    monologue_in_ift: 'A non-thinking arm thinks aloud in its answer.',
    tags_removed: 'The answer came with a tag, a wrapper or an empty think block, which reading took off.',
  },
  options: Options,
  create: (options) => (sample) => {
    const { trace } = sample
    const reasons =
      sample.arm.mode === 'thinking' ? thinkingReasons(sample, options) : iftReasons(sample, options)
    if (trace.answer.trim() === '') reasons.push('answer_empty')
    if (hasWireTags(trace.answer)) reasons.push('tags_in_answer')
    if (options.removed_tags === 'drop' && hadTags(sample)) reasons.push('tags_removed')
    return reasons
  },
}

function thinkingReasons({ trace }: Sample, options: Options): string[] {
  if (trace.reasoning.trim() === '') {
    const block = trace.reasoning !== '' || trace.reasoning_state === 'empty_think_block'
    return [block ? 'think_empty' : 'think_missing']
  }
  return options.tags_in_reasoning === 'drop' && hasWireTags(trace.reasoning) ? ['tags_in_reasoning'] : []
}

function iftReasons({ trace }: Sample, options: Options): string[] {
  const reasons: string[] = []
  if (trace.reasoning.trim() !== '') reasons.push('reasoning_in_ift')
  if (options.monologue === 'drop' && thinksAloud(trace.answer)) reasons.push('monologue_in_ift')
  return reasons
}

/** An empty block in a thinking arm is told by `think_empty`. */
function hadTags({ arm, trace }: Sample): boolean {
  if (trace.removed_marks.length > 0) return true
  return arm.mode === 'non_thinking' && trace.reasoning_state === 'empty_think_block'
}

/** An opener that teachers use to start thinking, and at least two hesitations later on: either alone is normal prose. */
function thinksAloud(answer: string): boolean {
  return thinkingOpener.test(answer) && (answer.match(hesitations)?.length ?? 0) >= 2
}

const thinkingOpener =
  /^\s*(?:okay|ok|alright|all right|hmm+|so|well|first)\b[,.]?\s+(?:so\b,?\s*)?(?:i\b|let me\b|let's\b|we\b|the user\b)/i
const hesitations = /(?:^|[\s.])(?:wait|hmm+|hold on)[,.!…]/gi
