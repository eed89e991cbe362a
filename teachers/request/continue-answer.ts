import type { Arm, ChatRequest, Mode } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { Usage } from '../../schemas/trace.ts'
import { type DialectName, dialectNames, findDialect } from '../dialects/registry.ts'
import { isObject } from '../json.ts'
import { endWord } from '../reply/finish-word.ts'
import {
  firstChoice,
  messageOf,
  messageTexts,
  type ReasoningFieldName,
  reasoningFields,
} from '../reply/message-texts.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { finishReasonOf, readAnswer } from '../reply/read-answer.ts'
import { readUsage } from '../reply/read-usage.ts'
import { findFamily } from '../families/registry.ts'

const open = '<think>\n'
const close = '</think>'

/**
 * Checks that an arm that continues cut answers can do so.
 * @throws UsageError when the model's text cannot be sent back, or the endpoint's servers do not go on with one
 */
export function requireContinuation(arm: Arm, dialectName: DialectName): void {
  const { label, continuationRefused, thinkingSwitch: how } = findFamily(arm.teacher)
  if (continuationRefused !== undefined) {
    throw new UsageError(
      `arm ${arm.name}: an answer of ${label} cannot be continued (${continuationRefused}): set truncated to raise`,
    )
  }
  const wish = { mode: arm.mode, effort: arm.effort, how }
  if (findDialect(dialectName).continues?.(wish) !== undefined) return
  const able = dialectNames.filter((name) => findDialect(name).continues?.(wish) !== undefined)
  throw new UsageError(
    `arm ${arm.name}: servers of the dialect ${dialectName} do not continue a cut answer in mode ${arm.mode} (${able.join(', ')} do): set truncated to raise, or the endpoint's dialect to the server in use`,
  )
}

/**
 * The request that asks a server to go on with an answer that was cut off, without a token limit of its own.
 *
 * @param body the answer so far
 * @returns `undefined` when the body does not show the text as the model wrote it: the reasoning was kept back, or has
 *   marks that a chat template would not give back
 */
export function continuationRequest(
  request: ChatRequest,
  body: unknown,
  arm: Pick<Arm, 'teacher' | 'mode' | 'effort'>,
  dialectName: DialectName,
): ChatRequest | undefined {
  const written = writtenSoFar(body, arm)
  const { thinkingSwitch: how, thinkOpenedBy } = findFamily(arm.teacher)
  const dialect: Dialect = findDialect(dialectName)
  const fields = dialect.continues?.({ mode: arm.mode, effort: arm.effort, how })
  if (written === undefined || fields === undefined) return undefined
  if (dialect.reasoningBack === 'field' && written.startsWith(open)) {
    const message = { role: 'assistant' as const, ...apart(written) }
    return { ...request, messages: [...request.messages, message], ...fields }
  }
  // A prompt that ends with the opening tag has it already.
  const opened =
    dialect.begins === 'behind_prompt' && thinkOpenedBy === 'template' && written.startsWith(open)
  const content = opened ? written.slice(open.length) : written
  const last = request.messages.at(-1)
  // An answer that the request begins (an empty think block) is one message with what the model wrote behind it.
  const begun = last?.role === 'assistant'
  const before = begun ? request.messages.slice(0, -1) : request.messages
  const message = { role: 'assistant' as const, content: `${begun ? last.content : ''}${content}` }
  return { ...request, messages: [...before, message], ...fields }
}

/**
 * Puts a cut answer and its continuation together into one body of the shape of the first. A server's reasoning parser
 * sees only the new text: reasoning that goes on may come as content that has no more than the closing tag, and an
 * answer that goes on may come as reasoning because no tag closed any.
 *
 * @param request the one that brought the continuation
 * @returns `undefined` when the server did not go on but began anew
 */
export function joinContinuation(
  before: unknown,
  after: unknown,
  asked: { mode: Mode },
  { messages }: Pick<ChatRequest, 'messages'>,
): unknown {
  if (messages.at(-1)?.reasoning_content !== undefined)
    return repeats(after, before, asked) ? joined(before, after, messageOf(after)) : undefined
  const first = readTexts(before, asked)
  const next = withoutEcho(readTexts(after, asked), writtenSoFar(before, asked) ?? '')
  const thinking = readAnswer(before, asked).finish_state === 'cut_in_think'
  const message =
    first.field === null
      ? { content: first.content + inlineText(next, thinking) }
      : joinFields(first, next, thinking ? (goesOnThinking(after) ? 'reasoning' : 'answer') : 'closed')
  return joined(before, after, { role: 'assistant', ...message })
}

function joined(before: unknown, after: unknown, message: Record<string, unknown>): unknown {
  return {
    ...(isObject(after) ? after : {}),
    choices: [{ ...firstChoice(after), message }],
    usage: addUsage(readUsage(before), readUsage(after)),
  }
}

/** Whether a body begins with all that the earlier one holds, but for the white space around its texts. */
function repeats(after: unknown, before: unknown, asked: { mode: Mode }): boolean {
  const [whole, part] = [readAnswer(after, asked), readAnswer(before, asked)]
  if (part.finish_state === 'cut_in_think') return whole.reasoning.startsWith(part.reasoning)
  return whole.reasoning === part.reasoning && whole.answer.startsWith(part.answer)
}

/** Reasoning and answer of a text that opens with the think tag. */
function apart(written: string): { content: string; reasoning_content: string } {
  const text = written.slice(open.length)
  const end = text.indexOf(close)
  if (end === -1) return { content: '', reasoning_content: text }
  return {
    content: text.slice(end + close.length).replace(/^\n+/u, ''),
    reasoning_content: text.slice(0, end).replace(/\n+$/u, ''),
  }
}

/** What the model wrote, as it wrote it: what goes back as the assistant's message. */
function writtenSoFar(body: unknown, asked: { mode: Mode }): string | undefined {
  const { reasoning, reasoning_source, finish_state } = readAnswer(body, asked)
  if (reasoning_source === 'harmony' || reasoning_source === 'thought_markers') return undefined
  const texts = readTexts(body, asked)
  const tagged = texts.field === null && texts.content.includes(close)
  if (asked.mode === 'thinking' && reasoning === '' && !tagged) return undefined
  // The template opened the reasoning in the prompt, and it takes the whole message from us now.
  if (texts.field === null) return `${reasoning_source === 'closing_tag' ? open : ''}${texts.content}`
  if (finish_state === 'cut_in_think') return `${open}${texts.reasoning.replace(/^\n+/u, '')}`
  return `${open}${texts.reasoning.replace(/^\n+|\n+$/gu, '')}\n${close}\n\n${texts.content.replace(/^\n+/u, '')}`
}

/** The texts of a message untrimmed; `field` is that of the reasoning, `null` where everything is in the content. */
type RawTexts = { field: string | null; reasoning: string; content: string }

function readTexts(body: unknown, { mode }: { mode: Mode }): RawTexts {
  const { fields, content } = messageTexts(messageOf(body))
  for (const name of reasoningFields) {
    const reasoning = fields[name]
    if (reasoning.trim() === '') continue
    // A model that does not reason has nothing but an answer, wherever the server's parser put it.
    if (mode === 'non_thinking' && content.trim() === '')
      return { field: null, reasoning: '', content: reasoning }
    return { field: plainField(name), reasoning, content: withoutCopy(content, reasoning) }
  }
  return { field: null, reasoning: '', content }
}

/** Where the joined text goes: fields made of parts cannot be added to, so one that is a text takes their place. */
function plainField(name: ReasoningFieldName): string {
  return name === 'reasoning_content' || name === 'thinking' ? name : 'reasoning'
}

/** Some servers leave the reasoning with its tags in the content as well. */
function withoutCopy(content: string, reasoning: string): string {
  const text = content.trimStart().replace(/^<think>\s*/u, '')
  if (!text.startsWith(reasoning.trim())) return content
  const end = content.indexOf(close)
  return end === -1 ? '' : content.slice(end + close.length)
}

/** Some servers give back what they were sent before what they add to it. */
function withoutEcho(texts: RawTexts, sent: string): RawTexts {
  if (sent === '' || !texts.content.startsWith(sent)) return texts
  return { ...texts, content: texts.content.slice(sent.length) }
}

/** A continuation as the model wrote it. */
function inlineText({ field, reasoning, content }: RawTexts, thinking: boolean): string {
  if (field === null || !thinking || content.trim() === '') return reasoning + content
  return `${reasoning.trimEnd()}\n${close}\n\n${content.trimStart()}`
}

/** @param unmarked what content without any mark is behind a reasoning that was cut; `closed` where it was not cut there */
function joinFields(
  first: RawTexts,
  next: RawTexts,
  unmarked: 'reasoning' | 'answer' | 'closed',
): Record<string, string> {
  const name = first.field!
  const both = (reasoning: string, content: string): Record<string, string> => ({
    [name]: first.reasoning + reasoning,
    content: first.content + content,
  })
  if (unmarked === 'closed') return both('', next.reasoning + next.content)
  if (next.field !== null) return both(next.reasoning, next.content)
  const end = next.content.indexOf(close)
  if (end !== -1) return both(next.content.slice(0, end), next.content.slice(end + close.length))
  return unmarked === 'reasoning' ? both(next.content, '') : both('', next.content)
}

/** Whether content without a mark, behind a reasoning that was cut, is more of it: only if it was cut again. */
function goesOnThinking(after: unknown): boolean {
  return endWord(finishReasonOf(firstChoice(after))) === 'cut' && readUsage(after).reasoning_tokens !== 0
}

/** Prompt tokens are those of the first request: the others had the answer in their prompt. */
function addUsage(before: Usage, after: Usage): Record<string, unknown> {
  return {
    prompt_tokens: before.prompt_tokens,
    completion_tokens: sum(before.completion_tokens, after.completion_tokens),
    completion_tokens_details: { reasoning_tokens: sum(before.reasoning_tokens, after.reasoning_tokens) },
    prompt_tokens_details: { cached_tokens: before.cached_tokens },
  }
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other
}
