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

test.each([
  'The width is $3$ and the length is $8$.',
  'Tom has 6 pears. Mia has 9 pears.',
  'center (1,2), radius 3',
  '5 if n is even, 6 otherwise',
  '\\int_0^1 f(x)\\,dx',
])('%s is not understood as a whole, which is found before anything is asked', (answer) => {
  const gold = { prompt: '', answers: [answer], choices: [] }
  expect(goldSelfCheck(mathVerifier, gold, options)).toMatchObject({
    verdict: 'undecided',
    reason: 'gold_not_understood',
  })
})

test.each(['x = 1\nx = 2', '(a) 5\n(b) 7', 'mean = 5, variance = 4', '\\mathrm{H_2O}', 'even', 'Thursday'])(
  '%s is understood',
  (answer) => {
    const gold = { prompt: '', answers: [answer], choices: [] }
    expect(goldSelfCheck(mathVerifier, gold, options).verdict).toBe('correct')
  },
)
