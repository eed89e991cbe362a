import type { ReplyShape } from '../options.ts'
import type { Dialect } from './reply-shape.ts'
import { closingTagOnly, harmonyRaw, inline } from './in-content.ts'
import { both, fieldAndTags, reasoningContent, reasoningDetails, vllm } from './separate-fields.ts'

/** Every dialect by its name. */
export const dialects: Readonly<Record<ReplyShape, Dialect>> = {
  vllm,
  reasoning_content: reasoningContent,
  both,
  field_and_tags: fieldAndTags,
  inline,
  closing_tag_only: closingTagOnly,
  reasoning_details: reasoningDetails,
  harmony_raw: harmonyRaw,
}
