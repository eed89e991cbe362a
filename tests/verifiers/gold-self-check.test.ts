import { expect, test } from 'vitest'
import { choiceVerifier, ChoiceOptions } from '../../verifiers/choice/choice.ts'
import { goldSelfCheck } from '../../verifiers/gold-self-check.ts'
import { mathVerifier, MathOptions } from '../../verifiers/math/math.ts'

const options = MathOptions.parse({})

test.each([
  '5',
  '\\frac{1}{2}',
  '(1,2)',
  '$x^2+1$',
  'So the total is \\boxed{12}.',
  '3 + 4 = 7\n#### 7',
  'Evelyn',
])('%s matches itself', (answer) => {
  expect(goldSelfCheck(mathVerifier, { prompt: '', answers: [answer], choices: [] }, options).verdict).toBe(
    'correct',
  )
})

test('references that can never be matched are found', () => {
  expect(
    goldSelfCheck(mathVerifier, { prompt: '', answers: ['5', 'proof'], choices: [] }, options).verdict,
  ).toBe('gold_unparseable')
  expect(goldSelfCheck(mathVerifier, { prompt: '', answers: [], choices: [] }, options).verdict).toBe(
    'gold_unparseable',
  )
  expect(
    goldSelfCheck(
      choiceVerifier,
      { prompt: '', answers: ['E'], choices: ['1', '2'] },
      ChoiceOptions.parse({}),
    ).verdict,
  ).toBe('gold_unparseable')
})
