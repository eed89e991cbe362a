import type { ChatMessage } from '../exports/shapes.ts'
import type { ChatTemplate } from './chat-template.ts'
import { fateOfText, sentinels, sharedLength, type ShapeFate, type TemplateFacts } from './describe.ts'
import { partsOfMessage, Shape, shapedMessage } from '../exports/shapes.ts'

/** A row to train on, as a trainer passes it to the template. */
export type Conversation = {
  id: string
  prompt: readonly ChatMessage[]
  /** The answer that is trained. */
  answer: ChatMessage
  /** Whether the row says itself where the answer begins (`prompt` and `completion`), so that training begins there. */
  splits: boolean
  /** `chat_template_kwargs` of the row. */
  kwargs: Readonly<Record<string, unknown>>
}

/** What a template makes of all rows of one form: the same roles, fields and kwargs, whatever the texts say. */
export type FormFinding = {
  state: 'right' | 'lost' | 'misplaced' | 'answer_lost' | 'error'
  /** Empty where it is right. */
  why: string
  /** The rendered text with sentinels in the place of the row's texts. */
  text: string
  /** What a model has read when the first trained character comes. */
  context: string
  /** Whether a trainer that cuts the text after the length of the generation prompt cuts it in the right place. */
  cutsRight: boolean
}

/** The texts that stand in a row for the sentinels of its form. */
export function textsOf({ prompt, answer }: Conversation): Map<string, string> {
  const { reasoning, answer: final } = partsOfMessage(answer)
  const texts = new Map<string, string>()
  for (const [index, { role, content }] of prompt.entries())
    if (role !== 'system') texts.set(placeName(index), content)
  if (reasoning !== null) texts.set(sentinels.reasoning, reasoning)
  texts.set(sentinels.answer, final)
  return texts
}

/** The form of a row: its texts replaced by sentinels, except for those of the system, which may set the mode. */
export function formOf(conversation: Conversation): Conversation {
  const { prompt, answer } = conversation
  const { shape, reasoning } = partsOfMessage(answer)
  const own =
    shape === 'inline' || shape === null
      ? shapedMessage('inline', reasoning === null ? null : sentinels.reasoning, sentinels.answer)
      : { role: answer.role, content: sentinels.answer }
  // A template also sees fields that are empty, and transformers may have put the reasoning into several.
  const fields = Object.fromEntries(
    Object.entries(answer)
      .filter(([name]) => name !== 'content' && name !== 'role')
      .map(([name, value]) => [name, value === reasoning ? sentinels.reasoning : value]),
  )
  return {
    ...conversation,
    id: '',
    prompt: prompt.map((message, index) =>
      message.role === 'system' ? message : Object.assign({}, message, { content: placeName(index) }),
    ),
    answer: { ...fields, ...own },
  }
}

function placeName(index: number): string {
  return `${sentinels.user}N${index}N`
}

const { reasoning: R, answer: A } = sentinels

/** Renders a form and finds out whether reasoning and answer stand where a trained model would write them. */
export function checkForm(
  template: ChatTemplate,
  facts: TemplateFacts,
  { prompt, answer, splits, kwargs }: Conversation,
): FormFinding {
  try {
    const whole = template.render([...prompt, answer], { kwargs })
    const { text } = whole
    const plain = template.render([...prompt, { role: 'assistant', content: A }], { kwargs }).text
    const begun = template.render(prompt, { kwargs, addGenerationPrompt: true }).text
    const shared = sharedLength(begun, text)
    const at = text.indexOf(A)
    const span = splits ? undefined : whole.spans.find(({ start, end }) => start <= at && at < end)
    const start = splits || whole.spans.length === 0 ? shared : (span?.start ?? text.length)
    const hasReasoning = Object.values(answer).some((value) => String(value).includes(R))
    const { shape } = partsOfMessage(answer)
    const why = hasReasoning
      ? whyWrong({ text, plain: shape === 'inline' ? plain : undefined, start, facts })
      : whyAnswerWrong(text, start, plain)
    return { ...why, text, context: text.slice(0, start), cutsRight: text.startsWith(begun) }
  } catch (error) {
    const why = `the template raises: ${(error as Error).message.split('\n')[0]!.slice(0, 200)}`
    return { state: 'error', why, text: '', context: '', cutsRight: false }
  }
}

type Why = Pick<FormFinding, 'state' | 'why'>

function whyWrong({
  text,
  plain,
  start,
  facts,
}: {
  text: string
  plain: string | undefined
  start: number
  facts: TemplateFacts
}): Why {
  const fate: ShapeFate = fateOfText(text, plain)
  if (fate === 'lost') return { state: 'lost', why: 'the template leaves the reasoning out' }
  if (fate === 'answer_lost') return { state: 'answer_lost', why: 'the template leaves the answer out' }
  if (fate === 'literal' && hasPlace(facts))
    return {
      state: 'misplaced',
      why: 'the reasoning stands in the answer with its tags as plain text, though the template has a place for it',
    }
  if (timesIn(text, R) !== 1 || timesIn(text, A) !== 1)
    return { state: 'misplaced', why: 'reasoning or answer is there more than once' }
  if (text.indexOf(R) < start) return { state: 'misplaced', why: 'the reasoning is not in what is trained' }
  return { state: 'right', why: '' }
}

/** @param plain the same row without any field beside its content */
function whyAnswerWrong(text: string, start: number, plain: string): Why {
  if (timesIn(text, A) === 0) return { state: 'answer_lost', why: 'the template leaves the answer out' }
  if (timesIn(text, A) > 1) return { state: 'misplaced', why: 'the answer is there more than once' }
  if (text.indexOf(A) < start) return { state: 'misplaced', why: 'the answer is not in what is trained' }
  if (text !== plain)
    return {
      state: 'misplaced',
      why: 'an empty field for reasoning makes the template write an empty block, which is trained',
    }
  return { state: 'right', why: '' }
}

/** Whether there is a shape for which the template itself writes what stands around the reasoning. */
function hasPlace({ shapes }: TemplateFacts): boolean {
  return Shape.options.some(
    (shape) => shapes[shape].raw === 'structural' || shapes[shape].aliased === 'structural',
  )
}

function timesIn(text: string, part: string): number {
  return text.split(part).length - 1
}
