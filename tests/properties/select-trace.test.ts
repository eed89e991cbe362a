import fc from 'fast-check'
import { expect, test } from 'vitest'
import { selectTrace, type Candidate } from '../../pipeline/stages/pair/select-trace.ts'

const rules = ['shortest', 'longest', 'median', 'first', 'random', { nearest: 4 }] as const
const candidates = fc.uniqueArray(
  fc.record({
    key: fc.constant('k'),
    problem_id: fc.constant('p'),
    arm: fc.constant('a'),
    sample_index: fc.nat(99),
    tokens: fc.nat(9),
    verdict: fc.constantFrom('correct' as const, 'incorrect' as const, 'undecided' as const),
    keep: fc.constant(true),
  }),
  { selector: (candidate) => candidate.sample_index, minLength: 1, maxLength: 12 },
)
const seed = fc.string({
  unit: fc.constantFrom(...'0123456789abcdef'.split('')),
  minLength: 32,
  maxLength: 32,
})

test('the choice is one of the candidates, correct if any is, and does not depend on their order', () => {
  fc.assert(
    fc.property(candidates, fc.constantFrom(...rules), seed, (all, rule, digits) => {
      const chosen = selectTrace(all, rule, digits)!
      expect(all).toContain(chosen)
      if (all.some((candidate) => candidate.verdict === 'correct')) expect(chosen.verdict).toBe('correct')
      expect(selectTrace(all.toReversed(), rule, digits)).toEqual(chosen)
    }),
  )
})

test('shortest, longest, median, first and nearest are what they say, among the correct ones', () => {
  fc.assert(
    fc.property(candidates, (all) => {
      const correct = all.filter((candidate) => candidate.verdict === 'correct')
      const pool = correct.length > 0 ? correct : all
      const tokens = pool.map((candidate) => candidate.tokens).toSorted((a, b) => a - b)
      const by = (rule: (typeof rules)[number]): Candidate => selectTrace(all, rule, '0')!
      expect(by('shortest').tokens).toBe(tokens[0])
      expect(by('longest').tokens).toBe(tokens.at(-1))
      expect(by('median').tokens).toBe(tokens[(tokens.length - 1) >> 1])
      const nearest = by({ nearest: 4 }).tokens
      for (const each of tokens) expect(Math.abs(nearest - 4)).toBeLessThanOrEqual(Math.abs(each - 4))
      expect(by('first').sample_index).toBe(Math.min(...pool.map((candidate) => candidate.sample_index)))
    }),
  )
})

test('nothing is chosen from nothing', () => {
  for (const rule of rules) expect(selectTrace([], rule, '00')).toBeUndefined()
})
