import { z } from 'zod'

/** Why a reviewer rejects a pair, in the order of the keys 1 to 9. */
export const rejectReasons = {
  wrong_answer: 'A final answer is wrong.',
  bad_reasoning: 'The reasoning does not lead to its answer.',
  gold_wrong: 'The reference answer is wrong.',
  truncated: 'A text is cut off.',
  leak_or_meta: 'A text speaks of its making: prompts, references, templates, itself.',
  bad_format: 'The form of a text is damaged.',
  unsafe: 'The content must not be published.',
  duplicate: 'It repeats another pair.',
  other: 'Something else; the note says what.',
} as const
export const RejectReason = z.enum(Object.keys(rejectReasons) as [keyof typeof rejectReasons])
export type RejectReason = z.infer<typeof RejectReason>

/** How a pair came to a reviewer. Only `random` ones count for the gate. */
const ReviewSample = z.object({
  seed: z.int().nonnegative(),
  /** What it was drawn among, such as the domain. */
  stratum: z.string(),
  /** `random`, or the name of the risk that it was picked for. */
  why: z.string(),
})

/**
 * A line of `reviews/*.jsonl`: one act of one reviewer about one pair. The lines of a reviewer about a pair are a stack: an
 * `undo` takes the last of them back, and of those that stay the last verdict, note and flag hold. Further members are
 * those of other tools.
 */
export const ReviewLine = z
  .object({
    pair_id: z.string().min(1),
    reviewer: z.string().min(1).max(200),
    at: z.iso.datetime({ offset: true }),
    verdict: z.enum(['accept', 'reject']).optional(),
    /** One of `rejectReasons`, or a word of another tool. */
    reason: z.string().max(200).optional(),
    note: z.string().max(10_000).optional(),
    /** Something to come back to; no verdict. */
    flag: z.boolean().optional(),
    undo: z.literal(true).optional(),
    sample: ReviewSample.optional(),
    /** Whether the verdicts of others were kept from the reviewer. */
    blind: z.boolean().optional(),
    /** Of the texts that were seen. A verdict on other texts than the pair has now is void. */
    content_hash: z.string().optional(),
    /** How long the pair was looked at. */
    seconds: z.number().nonnegative().optional(),
  })
  .refine(
    ({ verdict, note, flag, undo }) => [verdict, note, flag, undo].some((each) => each !== undefined),
    'a verdict, a note, a flag or an undo',
  )
export type ReviewLine = z.infer<typeof ReviewLine>

/** `reviews/withdrawn.json`: the pairs that reviewers have taken out of the dataset. */
export const Withdrawals = z.strictObject({
  format: z.literal(1),
  pairs: z.array(z.strictObject({ pair_id: z.string(), reason: z.string(), reviewers: z.array(z.string()) })),
})
export type Withdrawals = z.infer<typeof Withdrawals>
