import { expect, test } from 'vitest'
import { armWarnings } from '../../teachers/request/arm-warnings.ts'
import type { DialectName } from '../../teachers/dialects/registry.ts'
import { RecipeArm } from '../../teachers/request/recipe-arm.ts'
import { resolveArm } from '../../teachers/request/resolve-arm.ts'

const arm = (fields: Record<string, unknown>) =>
  resolveArm('ift', RecipeArm.parse({ role: 'ift', teacher: 'qwen3', model: 'm', endpoint: 'e', ...fields }))

test.each<[DialectName, Record<string, unknown>, string[]]>([
  ['vllm', {}, []],
  [
    'ollama',
    {},
    ['arm ift: Ollama ignores top_k and min_p: they are not sent; set that in the Modelfile of the model'],
  ],
  [
    'lmstudio',
    { sampling: { top_k: null } },
    ["arm ift: LM Studio ignores min_p: it is not sent; set that in the model's settings in LM Studio"],
  ],
  ['ollama', { sampling: { top_k: null, min_p: null } }, []],
  ['ollama', { extra_body: { top_k: 20, min_p: 0 } }, []],
  ['deepseek', { teacher: 'deepseek-v4' }, []],
  [
    'deepseek',
    { teacher: 'deepseek-v4', mode: 'thinking' },
    ['arm ift: DeepSeek API takes temperature and top_p and ignores them while the model reasons'],
  ],
])('%s, %j', (dialect, fields, warnings) => {
  expect(armWarnings(arm(fields), dialect)).toEqual(warnings)
})
