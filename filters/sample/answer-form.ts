import { z } from 'zod'
import type { Sample, SampleFilter } from '../filter.ts'
import { boxedValues, foldBoxed } from '../text/boxes.ts'

const Options = z.strictObject({
  require_box: z
    .enum(['asked', 'math', 'always', 'never'])
    .default('asked')
    .describe(
      'when an answer must hold a box: where the message to the teacher asks for one, for mathematics, always or never',
    ),
  max_distinct_boxes: z
    .int()
    .positive()
    .nullable()
    .default(1)
    .describe('most different boxed values in an answer, null for any number'),
  require_answer_tag: z
    .enum(['asked', 'never'])
    .default('asked')
    .describe(
      'when an answer must stand in `<answer>` tags: where the message to the teacher asks for them, or never',
    ),
})
type Options = z.infer<typeof Options>

/**
 * The form in which the final answer is given. A box in the reasoning does not count (OpenMathReasoning, arXiv
 * 2504.16891). Several boxes count by their different values, not by their occurrences as in NeMo-Skills, so that an
 * answer may repeat its result. Tags around the answer are asked for in the words that DeepSeek-R1-Zero was given; reading
 * takes them off, and what it took off is recorded.
 */
export const answerForm: SampleFilter<Options> = {
  name: 'answer-form',
  version: '3',
  source: 'OpenMathReasoning, NeMo-Skills, NeMo Curator; tags own rule',
  rules: ['T3', 'T4', 'T22'],
  scope: 'sample',
  defaultOn: true,
  reasons: {
    box_missing: 'A boxed answer was asked for and there is none.',
    box_only_in_reasoning: 'A boxed answer was asked for and only the reasoning has one.',
    several_boxes: 'The answer boxes more different values than allowed.',
    answer_tag_missing: 'An answer in <answer> tags was asked for and it has none.',
  },
  options: Options,
  numbers: { max_distinct_boxes: 'fewer' },
  create: (options) => (sample) => {
    const values = distinctBoxes(sample.trace.answer)
    const reasons: string[] = []
    if (values === 0 && wantsBox(sample, options)) {
      reasons.push(distinctBoxes(sample.trace.reasoning) > 0 ? 'box_only_in_reasoning' : 'box_missing')
    }
    if (options.max_distinct_boxes !== null && values > options.max_distinct_boxes)
      reasons.push('several_boxes')
    if (options.require_answer_tag === 'asked' && asksForTags(sample) && lacksTags(sample))
      reasons.push('answer_tag_missing')
    return reasons
  },
}

function distinctBoxes(text: string): number {
  return new Set(
    boxedValues(text)
      .map(foldBoxed)
      .filter((value) => value !== ''),
  ).size
}

function wantsBox({ problem, instruction, arm }: Sample, { require_box }: Options): boolean {
  if (require_box === 'asked') {
    const around = instruction.replace(problem.prompt, '')
    return asksForBox(around) || asksForBox(arm.system) || boxCommand.test(problem.prompt)
  }
  if (require_box === 'math') return problem.task === 'math' || problem.task === 'numeric'
  return require_box === 'always'
}

function asksForBox(text: string): boolean {
  return /\bboxed\b/i.test(text) || boxCommand.test(text)
}

/** In a problem the mere word asks for nothing: twelve pens may be boxed. */
const boxCommand = /\\(?:boxed|fbox)\b|\bboxed\s?\{|\bboxed\s(?:answer|form|expression|result)s?\b/i

const openingTag = /<answer\b[^<>]*>/iu

/** `Answer: <answer>` has a place for the answer in it and no tags: those are closed. */
function asksForTags({ instruction, arm }: Sample): boolean {
  return [instruction, arm.system].some((text) => openingTag.test(text) && /<\/answer\s*>/iu.test(text))
}

/** An empty answer has a reason of its own. */
function lacksTags({ trace: { answer, removed_marks } }: Sample): boolean {
  return answer.trim() !== '' && ![...removed_marks, answer].some((text) => openingTag.test(text))
}
