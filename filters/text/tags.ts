/**
 * Whether a text holds a marker that belongs to the wire and not to the words: think tags in the spellings of the known
 * teachers, with spaces, full-width brackets or HTML escapes, harmony and chat-template tokens, and the words that
 * harmony leaves behind when a server strips its tokens.
 */
export function hasWireTags(text: string): boolean {
  return wireTags.some((tag) => tag.test(text))
}

const open = String.raw`(?:<|＜|&lt;)`
const close = String.raw`(?:>|＞|&gt;)`
const bar = '[|｜]'

const wireTags = [
  // <think>, </think>, <thinking>, <thought>, <seed:think>; an attribute-like rest is not a tag of any teacher.
  new RegExp(
    String.raw`${open}\s{0,3}/?\s{0,3}(?:seed:)?(?:think|thinking|thought|thoughts)\s{0,3}/?\s{0,3}${close}`,
    'i',
  ),
  // Magistral and Kimi.
  /\[\/?THINK\]|◁\/?think▷/,
  // Harmony, ChatML, Llama, Sky-T1 and DeepSeek template tokens.
  new RegExp(
    String.raw`<${bar}(?:channel|message|start|end|return|call|constrain|im_start|im_end|im_sep|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|end_of_text|begin_of_thought|end_of_thought|begin_of_solution|end_of_solution|begin▁of▁sentence|end▁of▁sentence|User|Assistant)${bar}>`,
    'i',
  ),
  /assistant(?:final(?!l)|analysis|commentary)/,
]
