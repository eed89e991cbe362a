import { expect, test } from 'vitest'
import fc from 'fast-check'
import { MathOptions, verifyMath } from '../../verifiers/math/math.ts'
import { NumericOptions, numericVerifier } from '../../verifiers/numeric.ts'

const options = MathOptions.parse({ decimal: 'comma' })

function verdict(gold: string, said: string): string {
  const input = { prompt: '', answers: [gold], choices: [], output: `\\boxed{${said}}` }
  return verifyMath(input, options).verdict
}

test.each([
  ['3,87', '3.87'],
  ['3,87', '3{,}87'],
  ['0,5', '\\frac{1}{2}'],
  ['7,5 cm', '7{,}5\\text{ cm}'],
  ['25,00', '25'],
  ['10.000 €', '10000'],
  ['1.024', '1024'],
  ['1.234,5', '1234.5'],
  ['1.234.567,25', '1234567{,}25'],
  ['2; 3', '3; 2'],
  ['1,5; 2', '1{,}5 ; 2'],
  ['2, 3', '2, 3'],
  ['1,2,3', '1,2,3'],
  ['0.125', '0,125'],
  ['-0,25', '-1/4'],
])('%s is %s', (gold, said) => {
  expect(verdict(gold, said)).toBe('correct')
})

test.each([
  ['3,87', '387'],
  ['1.024', '1025'],
  ['0,5', '5'],
  ['2,5', '2; 5'],
])('%s is not %s', (gold, said) => {
  expect(verdict(gold, said)).toBe('incorrect')
})

test.each([
  ['1,024', '1.024'],
  ['2; 3', '2,3'],
])('whether %s is %s cannot be told', (gold, said) => {
  expect(verdict(gold, said)).toBe('undecided')
})

test('a tolerance is that of the number with its comma', () => {
  const near = NumericOptions.parse({ relative_tolerance: 0.01, math: options })
  const check = (output: string) =>
    numericVerifier.verify({ prompt: '', answers: ['3,87'], choices: [], output }, near)
  expect(check('\\boxed{3{,}86}')).toMatchObject({ verdict: 'correct', reason: 'within_tolerance' })
  expect(check('\\boxed{3{,}7}')).toMatchObject({ verdict: 'incorrect' })
})

test('any number is itself in the German spelling, and no other one', () => {
  const german = new Intl.NumberFormat('de', { maximumFractionDigits: 4 })
  const tenThousandths = fc.integer({ min: -1e11, max: 1e11 })
  fc.assert(
    fc.property(tenThousandths, tenThousandths, (one, other) => {
      const written = german.format(one / 1e4)
      const plain = (one / 1e4).toFixed(4)
      expect(verdict(written, written.replace(',', '{,}'))).toBe('correct')
      expect(verdict(written, plain.replace('.', ','))).toBe('correct')
      if (one !== other) expect(verdict(written, german.format(other / 1e4))).not.toBe('correct')
    }),
  )
})
