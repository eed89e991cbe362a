import { Template } from '@huggingface/jinja'
import type { ChatMessage } from '../exports/shapes.ts'

export type RenderOptions = {
  /** Whether the text ends where the model's own turn begins. */
  addGenerationPrompt?: boolean
  /** Further variables, as a trainer passes `chat_template_kwargs`. */
  kwargs?: Readonly<Record<string, unknown>>
}

/** What a template makes of a conversation. */
type Rendered = {
  text: string
  /** The stretches that the template marks with `{% generation %}`; none where it marks nothing. */
  spans: { start: number; end: number }[]
}

/** A chat template that can be rendered. */
export type ChatTemplate = {
  /** @throws Error where the template raises one */
  render(messages: readonly ChatMessage[], options?: RenderOptions): Rendered
  /** Names that the template reads and never sets: what a caller can pass. */
  variables: readonly string[]
}

/** Where a marked stretch begins and ends; private characters, which a row that is rendered must not have. */
export const spanMarks = { start: '\uE000', end: '\uE001' } as const

/** The variables that every trainer passes. */
const given = new Set([
  'messages',
  'tools',
  'documents',
  'add_generation_prompt',
  'raise_exception',
  'strftime_now',
  'range',
  'namespace',
  'dict',
  'loop',
  'true',
  'false',
  'none',
  'True',
  'False',
  'None',
])

/**
 * Prepares a model's chat template for rendering as transformers renders it.
 *
 * Two things are done to it: `strip`, `lstrip` and `rstrip` take their argument into account, which the library leaves
 * out, and the ends of `{% generation %}` blocks leave marks in the text, from which the trained spans are found.
 *
 * @param tokens special tokens that the template may name, such as `bos_token`
 * @throws Error when it is no template
 */
export function compileTemplate(source: string, tokens: Readonly<Record<string, string>> = {}): ChatTemplate {
  const template = new Template(withSpanMarks(source))
  mendStrips(template.parsed)
  fixDates(template.parsed)
  const fixed = { ...tokens, tools: null, documents: null, [dateName]: fixedDate, [stripName]: strip }
  return {
    render(messages, { addGenerationPrompt = false, kwargs = {} } = {}) {
      const context = { ...fixed, ...kwargs, messages, add_generation_prompt: addGenerationPrompt }
      return takeMarks(template.render(context))
    },
    variables: freeNames(template.parsed).filter(
      (name) => !given.has(name) && !(name in fixed) && !name.endsWith('_token'),
    ),
  }
}

function withSpanMarks(source: string): string {
  return source
    .replaceAll(/\{%(-?)\s*generation\s*(-?)%\}/gu, `{%$1 if true %}{{ "${spanMarks.start}" }}{% endif $2%}`)
    .replaceAll(/\{%(-?)\s*endgeneration\s*(-?)%\}/gu, `{%$1 if true %}{{ "${spanMarks.end}" }}{% endif $2%}`)
}

function takeMarks(marked: string): Rendered {
  let text = ''
  const spans: Rendered['spans'] = []
  for (const piece of marked.split(new RegExp(`(${spanMarks.start}|${spanMarks.end})`, 'u'))) {
    if (piece === spanMarks.start) spans.push({ start: text.length, end: text.length })
    else if (piece === spanMarks.end && spans.length > 0) spans.at(-1)!.end = text.length
    else if (piece !== spanMarks.end) text += piece
  }
  return { text, spans }
}

const stripName = '__strip'
const stripKinds = new Set(['strip', 'lstrip', 'rstrip'])

type Node = Record<string, unknown> & { type?: string }

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

/** Every node of a parsed template, those inside of lists and maps too. */
function* nodesOf(value: unknown): Generator<Node> {
  if (value instanceof Map) {
    for (const [key, member] of value) {
      yield* nodesOf(key)
      yield* nodesOf(member)
    }
    return
  }
  if (!isNode(value)) return
  if (!Array.isArray(value)) yield value
  for (const member of Object.values(value)) yield* nodesOf(member)
}

/** Turns `text.strip(characters)` into a call of our own function, which knows what the characters are for. */
function mendStrips(program: unknown): void {
  for (const node of nodesOf(program)) {
    const { callee, args } = node
    if (node.type !== 'CallExpression' || !isNode(callee) || !Array.isArray(args) || args.length !== 1)
      continue
    const { property } = callee
    if (callee.type !== 'MemberExpression' || callee['computed'] === true || !isNode(property)) continue
    const kind = property['value']
    if (typeof kind !== 'string' || !stripKinds.has(kind)) continue
    node['args'] = [callee['object'], args[0], { type: 'StringLiteral', value: kind }]
    node['callee'] = { type: 'Identifier', value: stripName }
  }
}

/** Python's `str.strip`, `lstrip` and `rstrip` with a set of characters. */
function strip(text: unknown, characters: unknown, kind: unknown): string {
  if (typeof text !== 'string' || typeof characters !== 'string')
    throw new TypeError(`${String(kind)} wants a text and the characters to take off`)
  const set = new Set(characters)
  const all = Array.from(text)
  let [start, end] = [0, all.length]
  if (kind !== 'rstrip') while (start < end && set.has(all[start]!)) start++
  if (kind !== 'lstrip') while (end > start && set.has(all[end - 1]!)) end--
  return all.slice(start, end).join('')
}

const dateName = '__today'

/** The library lets nobody replace its own clock, so the template calls another function. */
function fixDates(program: unknown): void {
  for (const node of nodesOf(program))
    if (node.type === 'Identifier' && node['value'] === 'strftime_now') node['value'] = dateName
}

/** Templates print the day; a fixed one keeps two renders of the same row equal. */
function fixedDate(format: string): string {
  const parts: Record<string, string> = { d: '01', m: '01', Y: '2026', y: '26', B: 'January', b: 'Jan' }
  return format.replaceAll(/%([a-zA-Z])/gu, (whole, letter: string) => parts[letter] ?? whole)
}

function freeNames(program: unknown): string[] {
  const names = new Set<string>()
  const bound = new Set<string>()
  const asked = new Set<string>()
  const bind = (target: unknown): void => {
    for (const node of nodesOf(target)) if (node.type === 'Identifier') bound.add(String(node['value']))
  }
  for (const node of nodesOf(program)) {
    if (node.type === 'Identifier') names.add(String(node['value']))
    if (node.type === 'For') bind(node['loopvar'])
    if (node.type === 'Set' && isNode(node['assignee']) && node['assignee'].type === 'Identifier')
      bind(node['assignee'])
    if (node.type === 'Macro') bind([node['name'], node['args']])
    // Names of members are no variables.
    if (node.type === 'MemberExpression' && node['computed'] !== true) bind(node['property'])
    for (const name of askedFor(node)) asked.add(name)
  }
  return [...names].filter((name) => asked.has(name) || !bound.has(name)).toSorted()
}

/** The variable of `name is defined` or `name | default(…)`: a template that asks so may set it itself afterwards. */
function askedFor({ type, operand, test, filter }: Node): string[] {
  if (!isNode(operand) || operand.type !== 'Identifier') return []
  const word = type === 'TestExpression' ? test : type === 'FilterExpression' ? filter : undefined
  const named = isNode(word) && isNode(word['callee']) ? word['callee'] : word
  const asks = isNode(named) && ['defined', 'default'].includes(String(named['value']))
  return asks ? [String(operand['value'])] : []
}
