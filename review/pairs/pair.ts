import { hashOf } from '../../schemas/canonical.ts'
import { renderThinking } from '../../output/exports/think.ts'

/** What one filter says about an answer, with what it measured beside what it was set to. */
export type FilterFinding = {
  filter: string
  /** Codes against the answer; none where it passes. */
  reasons: readonly string[]
  values: Readonly<Record<string, number | null>>
  options: unknown
}

/** The answer of one arm, as a reviewer needs to see it. */
export type ReviewAnswer = {
  arm: string
  /** Whether the arm is one that reasons: its reasoning is a part of what is trained. */
  reasons: boolean
  /** The sample that stands for the arm; where there is no pair, its first. */
  selected: boolean
  reasoning: string
  answer: string
  /** The message as a dataset has it, where it is not made of these two. */
  message?: string
  /** `null` where it is not recorded. */
  reasoning_tokens: number | null
  answer_tokens: number | null
  verdict: {
    verdict: string
    /** The final answer as it was read out of the text, empty where there was none; `null` where it is not recorded. */
    extracted: string | null
    extraction: string
    path: string
    reason: string
    verifier: string
    rule: string
    judge: string | null
    source: string
    majority_answer: string
    gold_repaired: boolean
  }
  finish_state: string
  truncation: string
  /** Every reason to drop it. */
  dropped: readonly string[]
  /** `null` where no decisions are recorded. */
  filters: readonly FilterFinding[] | null
  /** Where it came from: model, sampling, seed, tokens billed. */
  facts: Readonly<Record<string, string>>
}

/** A pair with everything that is known about it. */
export type ReviewPair = {
  id: string
  /** Of the texts that would be published: a verdict holds for these and no others. */
  content_hash: string
  /** As it was sent to every arm. */
  prompt: string
  /** `null` where none is recorded, empty where there is none. */
  reference: readonly string[] | null
  choices: readonly string[]
  task: string
  domain: string
  difficulty: string
  source: string
  source_id: string
  license: string
  /** `null` where it is not recorded. */
  gold_suspect: boolean | null
  /** Empty for a pair; otherwise why the problem has none. */
  lost: string
  answers: readonly ReviewAnswer[]
}

/** The assistant's message of an answer, as the dataset has it. */
export function messageOf({
  reasons,
  reasoning,
  answer,
  message,
}: Pick<ReviewAnswer, 'reasons' | 'reasoning' | 'answer' | 'message'>): string {
  return message ?? renderThinking(reasons ? reasoning : null, answer)
}

/** Equal exactly when a reviewer would read the same texts. */
export function contentHash(
  prompt: string,
  reference: readonly string[] | null,
  messages: readonly string[],
): string {
  return hashOf({ v: 1, prompt, reference, messages: messages.toSorted() })
}
