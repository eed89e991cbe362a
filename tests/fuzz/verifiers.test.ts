import * as fc from 'fast-check'
import { expect } from 'vitest'
import { mathVerifier } from '../../verifiers/math/math.ts'
import { numericVerifier } from '../../verifiers/numeric.ts'
import { verifiers } from '../../verifiers/registry.ts'
import type { VerifierInput } from '../../verifiers/verifier.ts'
import { fuzz } from './support/fuzz.ts'
import { mutatedText } from './support/mutate-text.ts'

/*
 * What a verifier reads is what a stranger wrote: no text makes it throw or work for long, the same text has the same verdict,
 * and nothing that was not said is found right.
 */

const answers: readonly string[] = [
  'So the answer is $\\boxed{\\frac{1}{2}}$.',
  '\\[ x = \\sqrt{2} + \\sqrt[3]{5} \\] Therefore, \\boxed{x = \\pm 3}.',
  '\\boxed{\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}}',
  '\\boxed{(-\\infty, 2) \\cup [3, \\infty)}',
  '\\boxed{\\{1, 2, \\ldots, 100\\}}',
  'The final answer is: **3,141.59 cm^2**',
  '#### 42',
  '\\boxed{\\sum_{k=1}^{n} \\binom{n}{k} 2^{k} = 3^n - 1}',
  '\\boxed{\\text{(B) } 3 \\text{ hours } 20 \\text{ minutes}}',
  "\\boxed{12^{\\circ} 30'}",
  '\\boxed{2^{2^{2^{2^{2}}}}}',
  '\\boxed{1000000!}',
  '\\boxed{\\log_2 8 + \\sin\\frac{\\pi}{6} - e^{i\\pi}}',
  'Option B is right because A is wrong. **B**',
  'x^3 - 3x^2 + 3x - 1 = (x-1)^3',
  '0.333... = \\frac13 = 33\\frac{1}{3}\\%',
  '10,111_2 and 3.5 \\times 10^{-7}',
]
const tokens: readonly string[] = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '\\{',
  '\\}',
  '|',
  '\\left',
  '\\right',
  '$',
  '$$',
  '\\boxed{',
  '\\frac',
  '\\frac{1}{',
  '\\sqrt{',
  '^',
  '^{',
  '_',
  '!',
  '!!',
  '%',
  ',',
  '.',
  ':',
  ';',
  '=',
  '<',
  '\\le',
  '\\ne',
  '\\pm',
  '\\cup',
  '\\infty',
  '\\\\',
  '&',
  '9',
  '99999999999999999999',
  '1e999',
  '0',
  '-',
  '+',
  '*',
  '/',
  '\\cdot',
  'x',
  'sin',
  'log',
  '\\text{',
  '\n',
  ' and ',
  ' or ',
  'answer is ',
  '</think>',
  '\u0000',
  '\ud800',
  '½',
  '三',
  '\\u0041',
  '\\begin{',
  '\\end{',
  '^\\circ',
  '\\dots',
  '\\mod',
  '°',
]

type Case = { gold: string; output: string; choices: string[] }
const text = mutatedText(answers, tokens)

fuzz<Case>('verifiers', {
  cases: fc.record({
    gold: fc.oneof(text, fc.constantFrom('7', 'B', '\\frac{1}{2}', '(1, 2)', 'x^2+1', '3.50', 'Paris')),
    output: text,
    choices: fc.oneof(fc.constant<string[]>([]), fc.array(text, { minLength: 2, maxLength: 5 })),
  }),
  runs: 700,
  check: ({ gold, output, choices }) => {
    const input: VerifierInput = { prompt: gold.slice(0, 300), answers: [gold], choices, output }
    for (const verifier of verifiers) {
      const options = verifier.options.parse({})
      const verdict = verifier.verify(input, options)
      expect(verifier.verify(input, options)).toEqual(verdict)
      expect(['correct', 'incorrect', 'undecided', 'no_answer', 'gold_unparseable', 'timeout']).toContain(
        verdict.verdict,
      )
    }
  },
})

/** A number that no text has said is never found: the answer would have been made by the reading. */
fuzz<{ output: string; number: number }>('unsaid', {
  cases: fc.record({ output: text, number: fc.integer({ min: 700_000_001, max: 799_999_999 }) }),
  runs: 1000,
  check: ({ output, number }) => {
    const gold = String(number)
    if (output.replaceAll(/\D/gu, '').includes(gold)) return
    const input = { prompt: '', answers: [gold], choices: [], output }
    expect(mathVerifier.verify(input, mathVerifier.options.parse({}) as never).verdict).not.toBe('correct')
    expect(numericVerifier.verify(input, numericVerifier.options.parse({}) as never).verdict).not.toBe(
      'correct',
    )
  },
})

/** A reference is never held to be different from itself, boxed. */
fuzz<string>('reflexive', {
  cases: mutatedText(
    answers.map((each) => /\\boxed\{(?<inner>.*)\}/u.exec(each)?.groups?.['inner'] ?? each),
    tokens,
  ),
  runs: 1000,
  check: (gold) => {
    // Of a worked solution the marked end is the reference, and its own words are an answer around that.
    if (/answer is|boxed|####|answer:|\\text\{\(/u.test(gold)) return
    const input = { prompt: '', answers: [gold], choices: [], output: gold, bare: true }
    const options = mathVerifier.options.parse({}) as never
    expect(mathVerifier.verify(input, options).verdict).not.toBe('incorrect')
  },
})
