import { expect, test } from 'vitest'
import { textVerifier, TextOptions, tokenF1 } from '../../verifiers/text.ts'

function verdict(gold: string, output: string, match: 'exact' | 'normalised' = 'normalised'): string {
  return textVerifier.verify(
    { prompt: '', answers: [gold], choices: [], output },
    TextOptions.parse({ match }),
  ).verdict
}

test('case, articles and punctuation do not count', () => {
  expect(verdict('The Eiffel Tower', 'eiffel tower.')).toBe('correct')
  expect(verdict('The Eiffel Tower', 'eiffel tower.', 'exact')).toBe('incorrect')
  expect(verdict('Paris', '<think>Rome?</think> Paris')).toBe('correct')
  expect(verdict('Paris', 'Rome')).toBe('incorrect')
})

test('nothing to compare is said so', () => {
  expect(verdict('', 'Rome')).toBe('gold_unparseable')
  expect(verdict('Rome', ' ')).toBe('no_answer')
})

test('token F1 is the harmonic mean of precision and recall', () => {
  expect(tokenF1('red green blue', 'red green')).toBeCloseTo(0.8)
  expect(tokenF1('red', 'blue')).toBe(0)
  expect(tokenF1('', '')).toBe(1)
  expect(tokenF1('red red', 'red')).toBeCloseTo(2 / 3)
})

test('the answer is read where it is marked, whatever typesetting is around it', () => {
  const said = [
    'First we count the days.\n\nThe answer is $\\boxed{\\text{Thursday}}$.',
    'We count.\n\n\\[\n\\boxed{\\textbf{Thursday}}\n\\]',
    'We count.\n\n#### Thursday',
    'We count.\nAnswer: **Thursday**',
    'We count the days one by one.\n\nSo the answer is Thursday. That was easy.',
    'We count the days one by one.\n\nSo it must be a **Thursday**.',
    '<answer>Thursday</answer>',
    'thursday.',
  ]
  for (const output of said)
    expect({ output, verdict: verdict('Thursday', output) }).toEqual({ output, verdict: 'correct' })
  for (const output of said)
    expect({ output, verdict: verdict('Friday', output) }).toEqual({ output, verdict: 'incorrect' })
})

test('an explanation without a marked answer is not guessed at', () => {
  expect(
    verdict('Thursday', 'Tuesday comes first.\n\nThen Wednesday, and the one after is not hard to find.'),
  ).toBe('undecided')
})

test('a number among words is compared as a number', () => {
  expect(verdict('1024', 'It is $\\boxed{1{,}024}$.')).toBe('correct')
  expect(verdict('1024', 'It is $\\boxed{1025}$.')).toBe('incorrect')
  expect(verdict('<', '\\boxed{<}')).toBe('correct')
  expect(verdict('<', '\\boxed{>}')).toBe('incorrect')
})
