import { expect, test } from 'vitest'
import { choiceVerifier, ChoiceOptions } from '../../verifiers/choice/choice.ts'

const choices = ['12', '\\frac{1}{2}', 'None of the above', '18 km', '18 km']

function verdict(gold: string, output: string, options: readonly string[] = choices): string {
  return choiceVerifier.verify(
    { prompt: '', answers: [gold], choices: options, output },
    ChoiceOptions.parse({}),
  ).verdict
}

test.each([
  'B',
  'b',
  '(B)',
  'b)',
  'B.',
  '**B**',
  '\\boxed{B}',
  '\\boxed{\\text{(B)}}',
  '\\boxed{\\textbf{(B)}\\ 0.5}',
  'option B',
  'Option (B)',
  'The answer is (B).',
  'Answer: B',
  'The correct choice is B',
  'I think it is (B), not A.',
  "It can't be A, so I choose B",
  'B) 1/2',
  '0.5',
  '1/2',
  '\\boxed{\\frac{1}{2}}',
  'The answer is 0.5',
  'First A looked right.\nFinal answer: B',
  '<think>A?</think>B',
  '<answer>B</answer>',
  'A is wrong, so the answer is B',
  '选B',
  '故选：B.',
  '所以选择 (B)。',
  '$\\text{B}$',
  'B不是 A',
])('%s is B', (output) => {
  expect(verdict('B', output)).toBe('correct')
  expect(verdict('A', output)).toBe('incorrect')
})

test('a reference may be a letter, a letter with its option or an option', () => {
  for (const gold of ['A', '(A)', 'A) 12', 'A. 12', '12']) expect(verdict(gold, 'A')).toBe('correct')
})

test('options that read the same are the same answer', () => {
  expect(verdict('D', 'E')).toBe('correct')
  expect(verdict('D', '18 km')).toBe('correct')
})

test('the text of an option is found in a sentence', () => {
  expect(verdict('C', 'None of the above')).toBe('correct')
  expect(verdict('C', 'So none of the above is right')).toBe('correct')
})

test('what matches no option or names several letters is left open', () => {
  expect(verdict('A', '13')).toBe('undecided')
  expect(verdict('A', '\\boxed{A, B}')).toBe('undecided')
  expect(verdict('A', '')).toBe('no_answer')
  expect(verdict('H', 'A')).toBe('gold_unparseable')
})

test('an article is not the letter A', () => {
  expect(verdict('A', 'A man walks home and the answer is B')).toBe('incorrect')
})
