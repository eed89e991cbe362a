import { expect, test } from 'vitest'
import { probeCall } from '../../../teachers/probe/probe-calls.ts'
import { RecipeArm } from '../../../teachers/request/recipe-arm.ts'
import { resolveArm } from '../../../teachers/request/resolve-arm.ts'

const messages = { first: 'One?', second: 'Two?' }

test.each<[string, Record<string, unknown>, number]>([
  ['keeps cut answers', {}, 48],
  ['asks cut ones again', { truncated: { policy: 'raise', max_tokens: [96, 144] } }, 144],
  ['continues cut ones', { truncated: { policy: 'continue', max_tokens: 120 } }, 120],
  ['raises far', { truncated: { policy: 'raise', max_tokens: 65_536 } }, 4096],
])('the questions of an arm that %s have as many tokens as its answers can', (_name, fields, limit) => {
  const arm = resolveArm(
    'a',
    RecipeArm.parse({ role: 'r', teacher: 'generic', model: 'm', endpoint: 'e', max_tokens: 48, ...fields }),
  )
  for (const purpose of ['question', 'second_question'] as const) {
    const call = probeCall(purpose, arm, 'llamacpp', messages)
    expect(call).toMatchObject({ limit, request: { max_tokens: limit } })
  }
})
