import type { Arm } from '../../schemas/arm.ts'
import { findFamily } from '../families/registry.ts'
import { loadTokenizer } from './supplied-tokenizer.ts'
import { harmonyCounter, type TokenCounter } from './tokens.ts'

/**
 * How the tokens of an arm's model are counted where its server sends no counts: with the arm's own tokenizer, with
 * o200k_harmony for gpt-oss, else by the characters that a token of its family has on average.
 * @throws UsageError when the arm's tokenizer cannot be read
 */
export function tokenCounterOf(arm: Pick<Arm, 'teacher' | 'tokenizer'>): TokenCounter {
  if (arm.tokenizer !== '') return loadTokenizer(arm.tokenizer)
  const { charactersPerToken } = findFamily(arm.teacher)
  if (charactersPerToken === null) return harmonyCounter
  const count = (text: string): number => Math.round(text.length / charactersPerToken)
  return {
    name: `characters / ${charactersPerToken}`,
    exact: false,
    count,
    measure: (text) => ({ tokens: count(text), estimated: true }),
  }
}

/**
 * How the lengths of an arm's answers are counted: with the arm's own tokenizer, else with the vocabulary that all arms
 * without one have in common. What is stored with a length names it.
 * @throws UsageError when the arm's tokenizer cannot be read
 */
export function lengthCounterOf({ tokenizer }: Pick<Arm, 'tokenizer'>): TokenCounter {
  return tokenizer === '' ? harmonyCounter : loadTokenizer(tokenizer)
}
