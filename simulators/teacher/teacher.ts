import { hashOf } from '../../schemas/canonical.ts'
import { type ChatBody } from './chat-body.ts'
import { continueReply, openedBy } from './continuation.ts'
import { type Stance, stanceOf } from './families.ts'
import type { SimulatorOptions } from './options.ts'
import type { ProblemIndex } from './problem-index.ts'
import type { BuiltinItem } from '../../problems/builtin/kind.ts'
import { type AnswerForm, closing, spokenForm } from './prose/closing.ts'
import type { Script } from './prose/manner.ts'
import { type Random, randomFrom } from '../../problems/builtin/random.ts'
import { drawSpoils } from './spoils/draw.ts'
import type { Plan, Reply } from './spoils/spoil.ts'
import { CHARACTERS_PER_TOKEN, countTokens, firstTokens } from './tokens.ts'

/** One answer of the simulated teacher with the truth about it. */
export type Taught = {
  /** Hash of everything that the text depends on. */
  key: string
  stance: Stance
  item: BuiltinItem | null
  reply: Reply
  finishReason: 'stop' | 'length'
  /** Names of the spoils that happened. */
  spoiled: string[]
  /** The final answer that the content shows, `null` when it shows none. */
  finalAnswer: string | null
  /** Whether that answer is right, `null` when there is none. */
  correct: boolean | null
  reasoningTokens: number
  completionTokens: number
}

/**
 * Answers a request. The text is a function of the server's seed, the model, the messages, the stance, the request's
 * seed and its sampling parameters; the token limit only cuts it. A request to go on with the assistant's first words gets
 * what is left of that very text.
 */
export function teach(
  request: ChatBody,
  maxTokens: number,
  options: SimulatorOptions,
  problems: ProblemIndex,
): Taught {
  const { body, prefix } = openedBy(request)
  const stance = stanceOf(body)
  const wholeKey = requestKey(body, stance, options)
  const key = prefix === '' ? wholeKey : hashOf({ key: wholeKey, prefix })
  const user = body.messages.findLast((message) => message.role === 'user')?.text ?? ''
  const item = problems.find(user)
  const random = randomFrom('reply', wholeKey)
  if (item === null) return finish(key, stance, null, unknownReply(stance), [], null, false, maxTokens)

  const drawn = drawSpoils(item, body.model, stance, wholeKey, options)
  let plan: Plan = { wrong: false, boxed: true, endless: false }
  for (const spoil of drawn) plan = spoil.plan?.(plan) ?? plan
  const instruction = body.messages
    .map((message) => message.text)
    .join('\n')
    .replace(item.problem.prompt, '')
  const form = plan.boxed ? answerForm(instruction) : 'free'
  const characters = maxTokens * CHARACTERS_PER_TOKEN + prefix.length
  // Somewhat past the limit, so that the cut ends it.
  const leastCharacters = plan.endless ? characters * 1.05 : 0
  const written = write(item, stance, plan, form, leastCharacters, options, random)
  let reply = written.reply
  for (const spoil of drawn) reply = spoil.alter?.(reply, { random, characters }) ?? reply
  const names = drawn.map((spoil) => spoil.name)
  const rest = continueReply(reply, prefix)
  return finish(key, stance, item, rest, names, written.shown, !plan.wrong, maxTokens)
}

/** What the draws of a request hang on; attempts at the same request share it. */
function requestKey(body: ChatBody, stance: Stance, options: SimulatorOptions): string {
  return hashOf({
    seed: options.seed,
    model: body.model,
    messages: body.messages,
    mode: stance.mode,
    effort: stance.effort,
    ...drawing(body),
    presence_penalty: body.presence_penalty ?? null,
    frequency_penalty: body.frequency_penalty ?? null,
  })
}

/** What decides which token is drawn: nothing where only one is left to choose from. */
function drawing({ seed, temperature, top_p, top_k, min_p }: ChatBody): Record<string, number | null> {
  if (temperature === 0 || top_k === 1 || min_p === 1) return { temperature: 0 }
  return {
    request_seed: seed ?? null,
    temperature: temperature ?? null,
    top_p: top_p ?? null,
    top_k: top_k ?? null,
    min_p: min_p ?? null,
  }
}

function answerForm(instruction: string): AnswerForm {
  if (/\\boxed|\bboxed\b|\bin a box\b/i.test(instruction)) return 'box'
  return /json/i.test(instruction) && /["'`]answer["'`]/.test(instruction) ? 'json' : 'free'
}

function write(
  item: BuiltinItem,
  stance: Stance,
  plan: Plan,
  form: AnswerForm,
  leastCharacters: number,
  options: SimulatorOptions,
  random: Random,
): { reply: Reply; shown: string } {
  const { manner, mode, effort } = stance
  const mistake = plan.wrong ? random.pick(item.wrong) : null
  const { shown, text } = closing(mistake?.value ?? item.answer, form, random)
  const { steps } = item
  const median = manner.medianTokens(item.difficulty, effort)
  const tokens = median * Math.exp(manner.spread * random.normal()) * options.length_scale
  const script: Script = {
    prompt: item.problem.prompt,
    domain: item.problem.domain,
    difficulty: item.difficulty,
    // A slip comes in place of the last steps, so that nothing right follows it.
    steps: mistake === null ? steps : [...steps.slice(0, Math.max(1, steps.length - 2)), mistake.slip],
    checks: mistake === null ? item.checks : [],
    falseStart: mistake === null && random.chance(0.25) ? random.pick(item.wrong).slip : null,
    spoken: spokenForm(mistake?.value ?? item.answer),
    closing: text,
    effort,
    reasoningCharacters: Math.max(leastCharacters, tokens * CHARACTERS_PER_TOKEN),
  }
  const thinks = mode === 'thinking'
  const reasoning = thinks ? manner.reason(script, random) : ''
  const content = manner.answer(script, mode, random)
  const block = thinks || stance.emptyBlock ? 'closed' : 'none'
  return { reply: { block, reasoning, content, answered: true }, shown }
}

function unknownReply(stance: Stance): Reply {
  const thinks = stance.mode === 'thinking'
  return {
    block: thinks || stance.emptyBlock ? 'closed' : 'none',
    reasoning: thinks
      ? 'The message holds none of the problems that this simulator knows, so there is nothing to solve.'
      : '',
    content:
      'This is a simulated teacher. It knows the built-in problem set only and does not know this problem, so it has ' +
      'no answer to give.',
    answered: false,
  }
}

/** Cuts the reply to the token limit and counts it. */
function finish(
  key: string,
  stance: Stance,
  item: BuiltinItem | null,
  whole: Reply,
  spoiled: string[],
  shown: string | null,
  right: boolean,
  maxTokens: number,
): Taught {
  const reply = cut(whole, maxTokens)
  const wasCut = reply !== whole
  const reasoningTokens = countTokens(reply.reasoning)
  const finalAnswer = reply.answered ? shown : null
  return {
    key,
    stance,
    item,
    reply,
    finishReason: wasCut ? 'length' : 'stop',
    spoiled,
    finalAnswer,
    correct: finalAnswer === null ? null : right,
    reasoningTokens,
    completionTokens: reasoningTokens + countTokens(reply.content),
  }
}

/** The reply itself when it fits, else its first tokens. */
function cut(reply: Reply, maxTokens: number): Reply {
  const reasoningTokens = countTokens(reply.reasoning)
  if (reasoningTokens + countTokens(reply.content) <= maxTokens) return reply
  if (reasoningTokens >= maxTokens) {
    const reasoning = firstTokens(reply.reasoning, maxTokens)
    return { ...reply, block: 'open', reasoning, content: '', answered: false }
  }
  return { ...reply, content: firstTokens(reply.content, maxTokens - reasoningTokens), answered: false }
}
