import { expect, test } from 'vitest'
import { compare, readBaseline } from '../../bench/speed/compare.ts'

const ratio = (middle: number, lowest: number, highest: number) => ({
  step: 'verify',
  beside: 'a peer',
  ratio: middle,
  lowest,
  highest,
})

test.each([
  ['as before', ratio(2, 1.9, 2.1), ratio(2.3, 2.2, 2.4)],
  ['as before', ratio(2, 1.5, 3), ratio(2.6, 2.5, 2.7)],
  ['as before', ratio(2, 1.9, 2.1), ratio(3, 2.05, 3.5)],
  ['worse', ratio(2, 1.9, 2.1), ratio(2.6, 2.5, 2.7)],
  ['better', ratio(2, 1.9, 2.1), ratio(1.5, 1.4, 1.6)],
] as const)('a ratio is %s when %j became %j', (verdict, before, now) => {
  expect(compare([before], [now])).toMatchObject([{ step: 'verify', before: 2, verdict }])
})

test('a step that the baseline has not is new', () => {
  expect(compare([], [ratio(2, 1.9, 2.1)])).toMatchObject([{ verdict: 'new' }])
})

test('the baseline in the repository has every step of the table', async () => {
  const { ratios } = await readBaseline('bench/baseline.json')
  expect(ratios.map(({ step }) => step)).toEqual([
    'generate',
    'verify',
    'filter',
    'write',
    'resume',
    'report',
    'push',
  ])
})
