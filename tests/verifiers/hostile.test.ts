import { expect, test } from 'vitest'
import { hostileCases } from '../../bench/verify-cases.ts'
import { newBudget, STEPS_PER_VERIFICATION } from '../../verifiers/math/values/budget.ts'
import { MathOptions, verifyMath } from '../../verifiers/math/math.ts'
import { verifiers } from '../../verifiers/registry.ts'

const options = MathOptions.parse({})

test('there are more than two hundred hostile texts', () => {
  expect(hostileCases().length).toBeGreaterThan(200)
})

test.each(hostileCases())('$id is not accepted and stays within the budget', (row) => {
  const budget = newBudget()
  const result = verifyMath(
    { prompt: '', answers: row.answers, choices: [], output: row.output },
    options,
    budget,
  )
  expect(result.verdict, `read "${result.extracted.slice(0, 80)}" by ${result.extraction}`).not.toBe(
    'correct',
  )
  // One refused step may overdraw the budget, by no more than the longest text costs.
  expect(STEPS_PER_VERIFICATION - budget.steps).toBeLessThan(STEPS_PER_VERIFICATION + 10_000)
})

test.each(hostileCases())('$id gives the same result twice', (row) => {
  const input = { prompt: row.output.slice(0, 5_000), answers: row.answers, choices: [], output: row.output }
  expect(verifyMath(input, options)).toEqual(verifyMath(input, options))
})

test.each(verifiers.filter((verifier) => verifier.name !== 'code'))(
  'the $name verifier survives every hostile text',
  (verifier) => {
    const defaults = verifier.options.parse({})
    for (const row of hostileCases()) {
      const result = verifier.verify(
        {
          prompt: '',
          answers: row.answers,
          choices: ['1', '2', row.output.slice(0, 500)],
          output: row.output,
        },
        defaults,
      )
      expect(typeof result.verdict).toBe('string')
    }
  },
)
