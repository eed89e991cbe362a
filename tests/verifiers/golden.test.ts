import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MathOptions, verifyMath } from '../../verifiers/math/math.ts'

const folder = new URL('golden/', import.meta.url)
const options = MathOptions.parse({})

describe.each(readdirSync(folder))('%s', (name) => {
  const rows = readFileSync(new URL(name, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { gold: string; pred: string; equal: boolean; problem?: string })

  test.each(rows)('$gold against $pred', ({ gold, pred, equal, problem = '' }) => {
    const result = verifyMath({ prompt: problem, answers: [gold], choices: [], output: pred }, options)
    expect(
      result.verdict === 'correct',
      `${result.verdict}: read "${result.extracted}", ${result.path} ${result.reason}`,
    ).toBe(equal)
  })
})
