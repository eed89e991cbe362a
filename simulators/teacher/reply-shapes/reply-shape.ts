import type { ReplyShape } from '../options.ts'
import type { Reply } from '../spoils/spoil.ts'

/** A run of text and the message fields that carry it; `details` adds it to `reasoning_details` too. */
export type Segment = { fields: readonly string[]; text: string; details?: true }

/** Where a server puts the reasoning. */
export type Dialect = {
  name: ReplyShape
  /** The text in the order in which it is generated. */
  segments(reply: Reply): Segment[]
  /** The message's fields before any text, `null` for those that stay empty. */
  emptyMessage: Readonly<Record<string, null>>
}
