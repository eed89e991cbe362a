import { noFiles } from '../../../filters/apply.ts'
import type { Sample, SampleFilter } from '../../../filters/filter.ts'
import { identity } from '../../../filters/sample/identity.ts'
import { language } from '../../../filters/sample/language.ts'
import { repetition } from '../../../filters/sample/repetition.ts'
import { hasWireTags } from '../../../filters/text/tags.ts'
import type { Mode } from '../../../schemas/arm.ts'
import { type ReadAnswer, readAnswer } from '../../../teachers/reply/read-answer.ts'
import { messageOf, messageTexts } from '../../../teachers/reply/message-texts.ts'
import { isField } from '../../../teachers/reply/reasoning-places.ts'
import { splitSectionWords } from '../../../teachers/reply/section-words.ts'
import { splitContent } from '../../../teachers/reply/split-content.ts'
import { countTokens } from '../../../teachers/cost/tokens.ts'
import type { Recorded } from '../../stages/generate/import/recorded.ts'

/** What can be wrong with a recorded response, each with a sentence for its reader. */
const defects = {
  missing_open_tag:
    'Only the tag that closes the reasoning is there: the chat template wrote the opening one.',
  no_close_tag: 'A tag opens the reasoning and none closes it.',
  section_words: 'Bare words stand where tags should open reasoning and answer.',
  raw_harmony: 'The channels of gpt-oss were not parsed by the server.',
  no_reasoning: 'Reasoning was asked for, and neither a field nor a mark holds any.',
  empty_think_block: 'The reasoning is marked and empty.',
  reasoning_unasked: 'No reasoning was asked for, and some came.',
  answer_in_reasoning_field: 'The whole answer came in the field of the reasoning.',
  tag_damaged: 'The tags can be read in more than one way.',
  tags_in_answer: 'Tags or template tokens are left in the answer.',
  wrapped_answer: 'Marks that are no part of it were around the answer.',
  unknown_marks:
    'The answer opens with a block in marks that nobody knows, or has tokens of a chat template in it.',
  thought_in_answer: 'The answer opens in the manner of a thought that nothing marks.',
  unread_text: 'The message holds a text in a place that nothing reads.',
  unknown_end: 'The server ended with a word that nobody knows.',
  truncated: 'The text was cut before its end.',
  empty_content: 'There is no answer.',
  refusal: 'The answer declines.',
  api_error: 'There is no message in it.',
  repetition_loop: 'The text goes round in a loop.',
  language_mixing: 'Part of the text is not in the script of its prompt.',
  identity_leak: 'The teacher speaks of itself or of its maker.',
  reference_leak: 'The text speaks of a reference answer that was not given.',
} as const
type Defect = keyof typeof defects

export type Inspected = ReadAnswer & {
  place: string
  mode: Mode | 'unknown'
  reasoning_tokens: number
  answer_tokens: number
  defects: Defect[]
}

/** Reads a recorded response as the pipeline would and names everything that it finds wrong with it. */
export function inspectTrace(recorded: Recorded, assumed: Mode | undefined): Inspected {
  const mode = recorded.mode ?? assumed
  const read = readAnswer(recorded.body, { mode: mode ?? 'non_thinking' })
  const found = new Set<Defect>([
    ...wireDefects(read, messageTexts(messageOf(recorded.body)).content, mode),
    ...textDefects(read, recorded.prompt),
  ])
  return {
    place: recorded.place,
    mode: mode ?? 'unknown',
    ...read,
    reasoning_tokens: countTokens(read.reasoning).tokens,
    answer_tokens: countTokens(read.answer).tokens,
    defects: (Object.keys(defects) as Defect[]).filter((defect) => found.has(defect)),
  }
}

function* wireDefects(read: ReadAnswer, content: string, mode: Mode | undefined): Generator<Defect> {
  const { reasoning_source: source, finish_state: state } = read
  const split = splitContent(content)
  if (source === 'closing_tag' && split !== undefined) yield 'missing_open_tag'
  if (split !== undefined && !split.closed) yield 'no_close_tag'
  if (source === 'thought_markers' && splitSectionWords(content) !== undefined) yield 'section_words'
  if (source === 'harmony') yield 'raw_harmony'
  const unseen = read.reasoning_state === 'none_returned' || read.reasoning_state === 'hidden'
  if (unseen && state !== 'api_error') yield 'no_reasoning'
  if (read.reasoning_state === 'empty_think_block' && mode === 'thinking') yield 'empty_think_block'
  if (mode === 'non_thinking' && read.reasoning !== '') yield 'reasoning_unasked'
  if (isField(source) && read.reasoning === '' && content.trim() === '') yield 'answer_in_reasoning_field'
  if (state === 'tag_damaged') yield 'tag_damaged'
  if (hasWireTags(read.answer)) yield 'tags_in_answer'
  if (read.removed_marks.length > 0) yield 'wrapped_answer'
  if (read.suspicion !== null) yield read.suspicion.reason
  if (read.unread.length > 0) yield 'unread_text'
  if (state === 'unknown_end') yield 'unknown_end'
  if (state === 'cut_in_think' || state === 'cut_in_answer') yield 'truncated'
  if (read.answer === '' && state !== 'api_error') yield 'empty_content'
  if (state === 'refusal') yield 'refusal'
  if (state === 'api_error') yield 'api_error'
}

/** The filters' own judgement with their default options. */
const checks: readonly [(sample: Sample) => readonly string[], Partial<Record<string, Defect>>][] = [
  [
    checkOf(repetition),
    {
      repeated_ngram: 'repetition_loop',
      low_unique_ngrams: 'repetition_loop',
      tail_loop: 'repetition_loop',
    },
  ],
  [checkOf(language), { language_mixing: 'language_mixing' }],
  [
    checkOf(identity),
    { identity_leak: 'identity_leak', reference_leak: 'reference_leak', refusal_text: 'refusal' },
  ],
]

function* textDefects({ reasoning, answer }: ReadAnswer, prompt: string): Generator<Defect> {
  // These filters look at the texts and at what was asked, and at nothing else of a sample.
  const sample = { problem: { prompt, choices: [] }, trace: { reasoning, answer } } as unknown as Sample
  for (const [check, words] of checks) {
    for (const reason of check(sample)) {
      const defect = words[reason]
      if (defect !== undefined) yield defect
    }
  }
}

function checkOf<Options>(filter: SampleFilter<Options>): (sample: Sample) => readonly string[] {
  const check = filter.create?.(filter.options.parse({}), noFiles)
  return (sample) => check?.(sample, {}) ?? []
}
