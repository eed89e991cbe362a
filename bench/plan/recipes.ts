/*
 * Five recipes on the simulated teacher, which takes its time for every token: two samples, a strict filter, three arms, many
 * losses, and a number of pairs.
 */

const teacher = {
  base_url: 'simulated',
  dialect: 'vllm',
  max_in_flight: 48,
  price: { input: 0.2, output: 0.8, date: '2026-01-01' },
  simulator: { first_token_ms: 30, token_ms: 1 },
}
const qwen = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher' }
const ift = { ...qwen, role: 'ift', mode: 'non_thinking' }
const reasoning = { ...qwen, role: 'reasoning', mode: 'thinking' }
const gptOss = { teacher: 'gpt-oss', model: 'gpt-oss-120b', endpoint: 'teacher', mode: 'thinking' }

/** @param problems of the set */
export function recipesFor(problems: number): Record<string, object> {
  return {
    'two samples of each': {
      endpoints: { teacher },
      arms: { ift: { ...ift, samples: 2 }, reasoning: { ...reasoning, samples: 2 } },
      filter: { length: { thinking: { reasoning: { max: 16_384 } } } },
    },
    'one sample, short thoughts only': {
      endpoints: { teacher },
      arms: { ift, reasoning: { ...reasoning, max_tokens: 4096 } },
      filter: { length: { thinking: { reasoning: { max: 2048 } } } },
    },
    'three efforts': {
      endpoints: { teacher },
      arms: {
        low: { ...gptOss, role: 'low', effort: 'low' },
        medium: { ...gptOss, role: 'medium', effort: 'medium' },
        high: { ...gptOss, role: 'high', effort: 'high' },
      },
    },
    'a weak teacher, four samples': {
      endpoints: {
        teacher: { ...teacher, simulator: { ...teacher.simulator, rates: { wrong_answer: 0.6 } } },
      },
      arms: { ift: { ...ift, samples: 4 }, reasoning: { ...reasoning, samples: 4 } },
    },
    'a number of pairs': {
      endpoints: { teacher },
      arms: { ift, reasoning },
      select: { pairs: Math.round(problems / 4) },
    },
  }
}
