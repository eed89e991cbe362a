import type { Arm } from '../../schemas/arm.ts'
import type { Finding, Probe } from '../../schemas/probe.ts'
import type { ShortAnswer } from './length-of-answers.ts'
import type { DialectName } from '../dialects/registry.ts'
import { findFamily } from '../families/registry.ts'
import { endWord } from '../reply/finish-word.ts'

type Facts = Pick<
  Probe,
  'reasoning' | 'cut' | 'usage' | 'served' | 'context' | 'seed' | 'top_k' | 'min_p' | 'stream'
> & {
  dialect: DialectName
  atTimes: boolean
  unknownMarks: readonly string[]
  shortAnswer: ShortAnswer | null
  answered: boolean
  why: string
}

/** Servers that take any limit and end an answer where their context ends; others refuse to begin. */
const refuseNothing: ReadonlySet<DialectName> = new Set(['llamacpp', 'ollama', 'lmstudio'])

/** Tokens that a problem and its instruction need at least. */
const leastPrompt = 1024

/** Everything that speaks against asking the arm so, the worst first. */
export function findFaults(arm: Arm, facts: Facts): Finding[] {
  return [
    ...answerFaults(arm, facts),
    ...markFaults(facts),
    ...reasoningFaults(arm, facts),
    ...limitFaults(arm, facts),
  ].toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))
}

const levels: readonly Finding['level'][] = ['danger', 'warning', 'note']

function* answerFaults(arm: Arm, { answered, why, served, usage, stream }: Facts): Generator<Finding> {
  if (!answered)
    yield danger(
      'no_answer',
      `none of its questions was answered (${why || 'every answer was cut or empty'})`,
    )
  if (served.model !== '' && served.model !== arm.model)
    yield note('other_model', `${arm.model} was asked and ${served.model} says that it answered`)
  if (answered && !usage.given)
    yield warning('usage_missing', 'usage is missing: tokens and cost of the run cannot be counted')
  if (stream !== null && !stream.events)
    yield note('not_streamed', 'a stream was asked for and one body came: it is read all the same')
  if (stream?.events === true && !stream.usage)
    yield warning('usage_missing', 'streams end without usage: tokens and cost of the run cannot be counted')
}

/** Tokens of an answer that one word would have been, beyond which somebody thinks aloud. */
const longForOneWord = 120

function* markFaults({ unknownMarks, shortAnswer }: Facts): Generator<Finding> {
  if (unknownMarks.length > 0)
    yield danger(
      'unknown_marks',
      `unknown marks: ${unknownMarks.join('; ')}: such answers are set aside, because they may be reasoning; see to the server's reasoning parser, or to the model's switch in extra_body`,
    )
  else if (shortAnswer !== null && shortAnswer.tokens > longForOneWord)
    yield warning(
      'long_answer',
      `thinking is off, and ${number(shortAnswer.tokens)} tokens came where one word was asked for: it may reason in its answers`,
    )
}

function* reasoningFaults(
  arm: Arm,
  { reasoning, usage, atTimes, unknownMarks, answered }: Facts,
): Generator<Finding> {
  const { state, places } = reasoning
  if (arm.mode === 'non_thinking') {
    const how =
      state === 'hidden' ? 'it counts reasoning that it does not show' : `it came in ${list(places)}`
    if (state === 'reasoned' || state === 'hidden')
      yield danger(
        'off_not_obeyed',
        `thinking is off and it reasons (${how}): the arm is no controlled twin; see to the endpoint's dialect, the model's switch in extra_body, or the model`,
      )
    if (atTimes)
      yield warning(
        'off_at_times',
        'thinking is off and one answer of two reasoned: such answers are set aside',
      )
    if (reasoning.answer_in_reasoning)
      yield note(
        'answer_in_reasoning',
        'the answer comes in the reasoning field (vLLM before 0.9 does so with thinking off): it is read from there',
      )
    return
  }
  if (state === 'none') {
    // A model about which nothing is known may be one that does not reason.
    const grave = findFamily(arm.teacher).thinkingSwitch.kind !== 'unknown'
    const text = 'no answer came with any reasoning, in no field and with no mark'
    yield grave ? danger('no_reasoning', text) : warning('no_reasoning', text)
  }
  if (state === 'hidden')
    yield danger(
      'no_reasoning',
      'it counts reasoning tokens and shows no reasoning: nothing can be distilled',
    )
  if (state === 'unclear' && answered && unknownMarks.length === 0)
    yield warning('reasoning_unclear', 'it could not be told where the reasoning comes back')
  if (usage.counts_reasoning === false)
    yield warning('reasoning_uncounted', 'usage leaves the reasoning out: cost is more than is counted')
}

function* limitFaults(arm: Arm, { dialect, context, cut, seed, top_k, min_p }: Facts): Generator<Finding> {
  if (context !== null) {
    const limit = arm.sampling.max_tokens ?? 0
    const left = context.tokens - limit
    const sizes = `context ${number(context.tokens)}, max_tokens ${number(limit)}`
    if (left <= 0 && refuseNothing.has(dialect))
      yield warning('context_tight', `${sizes}: long answers are cut where the context ends`)
    else if (left <= 0)
      yield danger('context_too_small', `${sizes}: nothing is left for the prompt; lower max_tokens`)
    else if (left < leastPrompt)
      yield warning('context_tight', `${sizes}: only ${number(left)} are left for the prompt`)
  }
  if (cut !== null && endWord(cut.finish_reason) !== 'cut')
    yield warning(
      'cut_unmarked',
      `a reply that met its limit ends with ${cut.finish_reason || 'no finish_reason'}: cut answers look whole`,
    )
  if (cut?.over_limit === true)
    yield warning('limit_ignored', 'more tokens came than were allowed: max_tokens does not hold')
  if (seed?.other === false)
    yield warning(
      'seeds_alike',
      'two seeds gave the same text: several samples of a problem would be copies of each other',
    )
  const sampling = { top_k, min_p }
  for (const name of ['top_k', 'min_p'] as const) {
    const stated = arm.sampling[name] !== null && arm.sampling[name] !== 0
    if (stated && sampling[name] === 'no_effect')
      yield warning(`${name}_ignored`, `the arm states ${name} ${arm.sampling[name]}, and it has no effect`)
    if (stated && sampling[name] === 'refused')
      yield note(`${name}_refused`, `${name} is refused; the dialect must not send it`)
  }
}

function list(places: readonly string[]): string {
  return places.join(' and ') || 'no known place'
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function danger(code: string, text: string): Finding {
  return { code, level: 'danger', text }
}

function warning(code: string, text: string): Finding {
  return { code, level: 'warning', text }
}

function note(code: string, text: string): Finding {
  return { code, level: 'note', text }
}
