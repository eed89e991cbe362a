import type { Arm } from '../../schemas/arm.ts'
import { findFamily } from '../families/registry.ts'
import { tokenizerName } from './tokens.ts'

/**
 * By what the lengths of the arms are counted, in sentences of Markdown for a reader of their numbers; empty where every
 * arm is counted with the vocabulary of its model and all have the same one.
 */
export function lengthNote(arms: readonly Pick<Arm, 'name' | 'teacher' | 'tokenizer'>[]): string {
  const supplied = arms.filter(({ tokenizer }) => tokenizer !== '')
  const foreign = arms.filter(
    ({ teacher, tokenizer }) => tokenizer === '' && findFamily(teacher).charactersPerToken !== null,
  )
  const sentences: string[] = []
  if (foreign.length > 0)
    sentences.push(
      `Lengths of ${namesOf(foreign)} are counted with \`${tokenizerName}\`, not with a vocabulary of their own: their models count other numbers.`,
    )
  if (supplied.length > 0)
    sentences.push(`Lengths of ${namesOf(supplied)} are counted with the tokenizer that the recipe names.`)
  if (new Set(arms.map(({ tokenizer }) => tokenizer)).size > 1)
    sentences.push('Tokens of different tokenizers are different units.')
  return sentences.join(' ')
}

function namesOf(arms: readonly Pick<Arm, 'name'>[]): string {
  return arms.map(({ name }) => `\`${name}\``).join(', ')
}
