import { describe, expect, test } from 'vitest'
import { MathOptions, verifyMath } from '../../verifiers/math/math.ts'

function verdict(
  gold: string | string[],
  output: string,
  options: Partial<MathOptions> = {},
  prompt = '',
): string {
  const answers = Array.isArray(gold) ? gold : [gold]
  return verifyMath({ prompt, answers, choices: [], output }, MathOptions.parse(options)).verdict
}

describe('references', () => {
  test('any of several is right', () => {
    expect(verdict(['3', '1/2'], 'The answer is 0.5.')).toBe('correct')
    expect(verdict(['', '7'], '\\boxed{7}')).toBe('correct')
  })

  test.each([[[]], [['']], [['  ']], [['proof']], [['notfound']]])('%j cannot be read', (answers) => {
    expect(verdict(answers, '5')).toBe('gold_unparseable')
  })

  test('a reference that is one of two worded amounts is left open', () => {
    expect(verdict('128', '128 children and 150 adults')).toBe('undecided')
  })
})

describe('answers', () => {
  test.each(['', '   ', '<think>so it is 5'])('%j holds none', (output) => {
    expect(verdict('5', output)).toBe('no_answer')
  })

  test('reasoning is not searched for the answer', () => {
    expect(verdict('5', '<think>perhaps \\boxed{5}</think>\\boxed{6}')).toBe('incorrect')
    expect(verdict('6', '<think>perhaps \\boxed{5}</think>\\boxed{6}')).toBe('correct')
  })

  test('a box that was cut off is left open', () => {
    expect(verdict('42', 'So it is \\boxed{42')).toBe('undecided')
  })

  test('an answer beyond the limit is never compared in part', () => {
    expect(verdict('1'.repeat(6_500), '1'.repeat(6_500))).toBe('undecided')
  })

  test('lower candidates never rescue the first one', () => {
    expect(verdict('42', 'It is 42, so \\boxed{43}. #### 42')).toBe('incorrect')
  })

  test('numbers of the problem are decoys in prose', () => {
    const prompt = 'Each of the 4 boxes holds 6 pens. How many pens are there?'
    expect(verdict('24', 'In the 4 boxes with 6 pens each Sam counted 24 pens.', {}, prompt)).toBe('correct')
  })

  test('prose is left alone when the recipe says so', () => {
    expect(verdict('24', 'Altogether Sam has 24 pens.')).toBe('correct')
    expect(verdict('24', 'Altogether Sam has 24 pens.', { prose: false })).toBe('no_answer')
  })

  test('a bare answer is not searched', () => {
    const options = MathOptions.parse({})
    const input = {
      prompt: '',
      answers: ['7'],
      choices: [],
      output: 'Altogether 7 pens are here',
      bare: true,
    }
    expect(verifyMath(input, options).verdict).not.toBe('correct')
    expect(verifyMath({ ...input, output: '14/2' }, options).verdict).toBe('correct')
  })
})

describe('policies', () => {
  test.each([
    ['either', '25%', '25', 'correct'],
    ['either', '25%', '0.25', 'correct'],
    ['fraction', '25%', '25', 'incorrect'],
    ['fraction', '25%', '0.25', 'correct'],
    ['number', '25%', '25', 'correct'],
    ['number', '25%', '0.25', 'incorrect'],
  ] as const)('percent %s: %s against %s is %s', (percent, gold, answer, expected) => {
    expect(verdict(gold, answer, { percent })).toBe(expected)
    expect(verdict(answer, gold, { percent })).toBe(expected)
  })

  test('half a percent and one half are left open', () => {
    expect(verdict('0.5', '0.5%')).toBe('undecided')
  })

  test('rounding is refused by default and allowed towards a decimal reference', () => {
    expect(verdict('0.866', '\\frac{\\sqrt{3}}{2}')).toBe('incorrect')
    expect(verdict('0.866', '\\frac{\\sqrt{3}}{2}', { rounding: 'gold' })).toBe('correct')
    expect(verdict('0.33', '1/3', { rounding: 'gold' })).toBe('correct')
    expect(verdict('0.34', '1/3', { rounding: 'gold' })).toBe('incorrect')
    expect(verdict('1/3', '0.33', { rounding: 'gold' })).toBe('incorrect')
  })

  test('units are converted, ignored or required', () => {
    expect(verdict('12 cm', '0.12 m')).toBe('correct')
    expect(verdict('12 cm', '12 kg')).toBe('undecided')
    expect(verdict('12 cm', '12 kg', { units: 'ignore' })).toBe('correct')
    expect(verdict('12 cm', '12')).toBe('correct')
    expect(verdict('12 cm', '12', { units: 'required' })).toBe('incorrect')
  })

  test('the order of a list counts when the recipe says so', () => {
    expect(verdict('1,2,3', '3,2,1')).toBe('correct')
    expect(verdict('1,2,3', '3,2,1', { list_order: 'kept' })).toBe('incorrect')
    expect(verdict('\\{1,2,3\\}', '\\{3,2,1\\}', { list_order: 'kept' })).toBe('correct')
  })
})
