import type { Mode } from '../../schemas/arm.ts'
import type { Probe, ReadingRules, ServerFacts } from '../../schemas/probe.ts'
import { endWord } from '../reply/finish-word.ts'
import { messageOf } from '../reply/message-texts.ts'
import { isObject, textOf } from '../json.ts'
import { readAnswer } from '../reply/read-answer.ts'
import { readUsage } from '../reply/read-usage.ts'
import { countTokens } from '../cost/tokens.ts'
import { answeredOf, type Observed } from './observed.ts'

/** Fewer tokens of reasoning than this are lost in the differences between two tokenizers. */
const leastCounted = 24

/** How a reply ends that meets its limit; `null` when none did. */
export function concludeCut(
  mode: Mode,
  rules: ReadingRules | null,
  observed: readonly Observed[],
): Probe['cut'] {
  for (const { body, limit } of answeredOf(observed, 'cut')) {
    const { finish_reason, finish_state } = readAnswer(body, { mode, rules: rules ?? undefined })
    const tokens = readUsage(body).completion_tokens
    const met = endWord(finish_reason) === 'cut' || (tokens !== null && tokens >= limit)
    if (!met) continue
    const over_limit = tokens !== null && tokens > 2 * limit
    return { finish_reason, content: kindOfContent(body), finish_state, over_limit }
  }
  return null
}

/** Whether tokens are counted, and the reasoning with them, judged by an own count that may be off by a third. */
export function concludeUsage(mode: Mode, observed: readonly Observed[]): Probe['usage'] {
  const bodies = answeredOf(observed, 'question', 'second_question').map(({ body }) => body)
  const usages = bodies.map(readUsage)
  return {
    given: usages.length > 0 && usages.every((usage) => usage.completion_tokens !== null),
    names_reasoning: usages.some((usage) => usage.reasoning_tokens !== null),
    counts_reasoning: bodies.map((body) => countsReasoning(mode, body)).find((each) => each !== null) ?? null,
  }
}

/** Who answered, as far as it says. */
export function concludeServed(observed: readonly Observed[], facts: ServerFacts): Probe['served'] {
  const last = observed.findLast((each) => each.ok)
  const body = last?.ok === true && isObject(last.body) ? last.body : {}
  return {
    model: textOf(body, 'model'),
    system_fingerprint: textOf(body, 'system_fingerprint'),
    provider: textOf(body, 'provider'),
    software: facts.software,
    version: facts.version,
  }
}

function kindOfContent(body: unknown): 'text' | 'empty' | 'null' | 'missing' {
  const { content } = messageOf(body)
  if (content === null) return 'null'
  if (content === undefined) return 'missing'
  return content === '' ? 'empty' : 'text'
}

function countsReasoning(mode: Mode, body: unknown): boolean | null {
  const { reasoning, answer, usage } = readAnswer(body, { mode })
  const own = countTokens(reasoning).tokens
  if (usage.completion_tokens === null || own < leastCounted) return null
  return usage.completion_tokens >= countTokens(answer).tokens + own / 2
}
