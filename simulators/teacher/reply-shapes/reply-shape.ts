import { z } from 'zod'
import type { Reply } from '../spoils/spoil.ts'

/** A run of text and the message fields that carry it; `details` adds it to `reasoning_details` too. */
export type Segment = { fields: readonly string[]; text: string; details?: true }

/** Every reply shape by name, in the order in which the help lists them. */
export const ReplyShapeName = z.enum([
  'vllm',
  'reasoning_content',
  'both',
  'field_and_tags',
  'inline',
  'closing_tag_only',
  'reasoning_details',
  'harmony_raw',
])
export type ReplyShapeName = z.infer<typeof ReplyShapeName>

/** Where a server puts the reasoning in its replies. */
export type ReplyShape = {
  name: ReplyShapeName
  /** The text in the order in which it is generated. */
  segments(reply: Reply): Segment[]
  /** The message's fields before any text, `null` for those that stay empty. */
  emptyMessage: Readonly<Record<string, null>>
}
