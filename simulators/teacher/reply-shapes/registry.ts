import { closingTagOnly, harmonyRaw, inline } from './in-content.ts'
import type { ReplyShape, ReplyShapeName } from './reply-shape.ts'
import { both, fieldAndTags, reasoningContent, reasoningDetails, vllm } from './separate-fields.ts'

/** Every reply shape by its name. */
export const replyShapes: Readonly<Record<ReplyShapeName, ReplyShape>> = {
  vllm,
  reasoning_content: reasoningContent,
  both,
  field_and_tags: fieldAndTags,
  inline,
  closing_tag_only: closingTagOnly,
  reasoning_details: reasoningDetails,
  harmony_raw: harmonyRaw,
}
