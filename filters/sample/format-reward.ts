import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'
import { hasWireTags } from '../text/tags.ts'

/**
 * The format reward of DeepSeek-R1 (arXiv 2501.12948): 1 for a trace that ended as it should with one thinking block and
 * an answer where the arm reasons, with an answer and nothing else where it does not, and with no tag left in either;
 * else 0. An empty block that was taken off an answer does no harm.
 */
export const formatReward: SampleFilter = {
  name: 'format-reward',
  version: '1',
  source: 'DeepSeek-R1 (arXiv 2501.12948)',
  scope: 'sample',
  defaultOn: true,
  setBy: null,
  reasons: {},
  measures: [
    {
      name: 'format_reward',
      unit: '0 or 1',
      describe: '1 for a whole answer in the form of its mode, with no tags left, else 0',
      whole: true,
    },
  ],
  options: z.strictObject({}),
  measure({ arm, trace: { reasoning, answer, finish_state } }) {
    const reasons = reasoning.trim() !== ''
    const whole = finish_state === 'complete' && answer.trim() !== ''
    const pure = !hasWireTags(reasoning) && !hasWireTags(answer)
    return { format_reward: whole && pure && reasons === (arm.mode === 'thinking') ? 1 : 0 }
  },
}
