import type { ChatMessage } from '../exports/shapes.ts'
import type { ChatTemplate, RenderOptions } from './chat-template.ts'
import { Shape, shapedMessage, withAliases } from '../exports/shapes.ts'

/** What a template makes of one shape. */
export type ShapeFate =
  /** The template itself wrote what stands around the reasoning. */
  | 'structural'
  /** The row's own tags stand in the place of the answer, as plain text. */
  | 'literal'
  | 'lost'
  | 'answer_lost'
  | 'error'

/** What a template does, found out by rendering and without knowing whose it is. */
export type TemplateFacts = {
  /** By shape, as transformers before 5.21 pass messages on, and as later ones do. */
  shapes: Record<Shape, { raw: ShapeFate; aliased: ShapeFate }>
  /** The shape to choose; null where reasoning is lost in all of them, and rows must be plain text. */
  best: Shape | null
  /** Variables of which two values give two texts, with what was tried. */
  switches: { name: string; values: [unknown, unknown]; changes: 'all' | 'generation_prompt' }[]
  /** Whether the reasoning of earlier turns is left out. */
  dropsHistory: boolean
  /** What the generation prompt adds, and what stands behind an answer. */
  generationPrompt: string
  end: string
  marksSpans: boolean
  /** What stands around question, reasoning and answer, for rows that are plain texts. */
  text: { prompt: string; completion: string }
}

/** Texts that no template has, with nothing that one could take off. */
export const sentinels = {
  user: 'XqUSERTEXTqX',
  reasoning: 'XqTHOUGHTTEXTqX',
  answer: 'XqANSWERTEXTqX',
  earlier: 'XqEARLIERTEXTqX',
} as const

const { user: U, reasoning: R, answer: A, earlier: E } = sentinels
const ask: ChatMessage = { role: 'user', content: U }

/** Finds out what a template does with reasoning, by rendering conversations of known texts. */
export function describeTemplate(template: ChatTemplate): TemplateFacts {
  const shapes = Object.fromEntries(
    Shape.options.map((shape) => [
      shape,
      { raw: fateOf(template, shape, (each) => each), aliased: fateOf(template, shape, withAliases) },
    ]),
  ) as TemplateFacts['shapes']
  const fields: Shape[] = ['reasoning_content', 'thinking', 'reasoning', 'inline']
  const best =
    fields.find((shape) => shapes[shape].raw === 'structural') ??
    (shapes.inline.raw === 'literal' ? 'inline' : null)
  const plain = tryRender(template, [ask, shapedMessage('inline', null, A)])
  const asked = tryRender(template, [ask])
  const prompt = tryRender(template, [ask], { addGenerationPrompt: true })
  const end = plain?.text.split(A)[1] ?? ''
  return {
    shapes,
    best,
    switches: findSwitches(template, best ?? 'inline'),
    dropsHistory: best !== null && dropsHistory(template, best),
    // Some templates end a text with a token where they do not end it with the generation prompt.
    generationPrompt: prompt && asked ? prompt.text.slice(sharedLength(prompt.text, asked.text)) : '',
    end,
    text: textFrames(prompt?.text ?? '', end),
    marksSpans: (plain?.spans.length ?? 0) > 0,
  }
}

/** A generation prompt that begins a thinking block already needs no tag in the completion. */
function textFrames(prompt: string, end: string): TemplateFacts['text'] {
  const opening = /<think>\s*$/u.test(prompt) ? '' : '<think>\n'
  return {
    prompt: prompt.split(U).join('{user}'),
    completion: `${opening}{reasoning}\n</think>\n\n{answer}${end.trimEnd()}`,
  }
}

function tryRender(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  options?: RenderOptions,
): ReturnType<ChatTemplate['render']> | undefined {
  try {
    return template.render(messages, options)
  } catch {
    // A template raises for what it does not take; the caller says what that means.
    return undefined
  }
}

function fateOf(
  template: ChatTemplate,
  shape: Shape,
  pass: (message: ChatMessage) => ChatMessage,
): ShapeFate {
  const whole = tryRender(template, [ask, pass(shapedMessage(shape, R, A))])
  const plain = tryRender(template, [ask, shapedMessage(shape, null, A)])
  return whole === undefined ? 'error' : fateOfText(whole.text, shape === 'inline' ? plain?.text : undefined)
}

/**
 * What became of the sentinels of reasoning and answer in a rendered text.
 *
 * @param plain the same conversation without reasoning, where the row may have brought tags of its own
 */
export function fateOfText(text: string, plain: string | undefined): ShapeFate {
  const at = text.indexOf(R)
  if (at < 0) return text.includes(A) ? 'lost' : 'answer_lost'
  if (!text.includes(A, at + R.length)) return 'answer_lost'
  if (plain === undefined) return 'structural'
  const frame = plain.slice(0, Math.max(0, plain.indexOf(A)))
  return text.slice(0, at) === `${frame}<think>\n` ? 'literal' : 'structural'
}

/** So many characters at the beginning of two texts are the same. */
export function sharedLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}

function dropsHistory(template: ChatTemplate, shape: Shape): boolean {
  const twoTurns = [ask, shapedMessage(shape, E, 'first'), ask, shapedMessage(shape, R, A)]
  const text = tryRender(template, twoTurns)?.text
  return text !== undefined && text.includes(R) && !text.includes(E)
}

/** Pairs of values under which a template may write different texts. */
const triedValues: readonly [unknown, unknown][] = [
  [true, false],
  ['low', 'high'],
  ['low', 'medium'],
]

function findSwitches(template: ChatTemplate, shape: Shape): TemplateFacts['switches'] {
  const conversation = [ask, shapedMessage(shape, R, A)]
  return template.variables.flatMap((name): TemplateFacts['switches'] => {
    for (const values of triedValues) {
      const [on, off] = values.map((value) => ({
        whole: tryRender(template, conversation, { kwargs: { [name]: value } })?.text,
        prompt: tryRender(template, [ask], { addGenerationPrompt: true, kwargs: { [name]: value } })?.text,
      }))
      if (on!.prompt === undefined || off!.prompt === undefined) continue
      if (on!.whole !== off!.whole) return [{ name, values, changes: 'all' }]
      if (on!.prompt !== off!.prompt) return [{ name, values, changes: 'generation_prompt' }]
    }
    return []
  })
}
