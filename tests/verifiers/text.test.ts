import { expect, test } from 'vitest'
import { textVerifier, TextOptions, tokenF1 } from '../../verifiers/text.ts'

function verdict(gold: string, output: string, match: 'exact' | 'normalised' = 'normalised'): string {
  return textVerifier.verify({ prompt: '', answers: [gold], choices: [], output }, TextOptions.parse({ match })).verdict
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
