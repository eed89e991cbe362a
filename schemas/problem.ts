import { z } from 'zod'
import { hashOf } from './canonical.ts'

/**
 * How an answer to the problem is checked: the name of a verifier, or `none` for unchecked. Which verifiers there are is
 * the registry's matter; a recipe and the rows of a problem set are held against it.
 */
export const Task = z.string().regex(/^[a-z][a-z0-9_]*$/)
export type Task = z.infer<typeof Task>

/** A question with its reference answers, as far as there are any. */
export const Problem = z.strictObject({
  /** Hash of the normalised content, see `problemId`: the `pair_id` of every row about this problem. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  prompt: z.string().min(1),
  /** Reference answers, any of which is right; empty where none is known. For `choice` the letter. */
  answers: z.array(z.string()),
  /** The options of a multiple-choice problem in order (A, B, …), empty otherwise. */
  choices: z.array(z.string()),
  task: Task,
  /** Where the problem came from: a dataset or file name, and its id there. */
  source: z.string(),
  source_id: z.string(),
  license: z.string(),
  domain: z.string(),
  /** The source's own difficulty label, empty where it has none. */
  difficulty: z.string(),
})
export type Problem = z.infer<typeof Problem>

/**
 * The identity of a problem: equal for texts that differ only in Unicode form or white space. The reference answer is
 * not part of it: a corrected answer does not make another problem of it.
 */
export function problemId(content: { prompt: string; choices: readonly string[] }): string {
  return hashOf({ v: 1, prompt: fold(content.prompt), choices: content.choices.map(fold) })
}

/** Texts that differ only in Unicode form or white space come out equal. */
export function fold(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, ' ').trim()
}
