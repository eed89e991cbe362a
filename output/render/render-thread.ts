import { Tokenizer } from '@huggingface/tokenizers'
import { readText } from '../../store/files/entries.ts'
import { openRowChecker, type RowFinding } from './check-rows.ts'
import { checkText } from './check-text.ts'
import { compileTemplate, type ChatTemplate } from './chat-template.ts'
import { describeTemplate, type TemplateFacts } from './describe.ts'
import type { Conversation } from './forms.ts'
import type { TargetFiles } from './target.ts'
import { showConversation, type StudentText } from './student-text.ts'
import type { PlainTexts } from './training-rows.ts'

/** Work with one target's template, which is code of somebody else. */
export type RenderJob = { target: TargetFiles; rows: readonly (Conversation | PlainTexts)[] }
export type RenderReply = { facts: TemplateFacts; findings: RowFinding[] } | { refusal: string }

type Opened = {
  template: ChatTemplate
  facts: TemplateFacts
  check: (row: Conversation | PlainTexts) => RowFinding
}

const opened = new Map<string, Opened>()

/** The work of the thread: what a template does, and what it makes of rows. */
export default async function render({ target, rows }: RenderJob): Promise<RenderReply> {
  const own = await openOnce(target)
  return 'refusal' in own ? own : { facts: own.facts, findings: rows.map(own.check) }
}

/** What a student reads of conversations, and what of it is trained. */
export type ShowJob = { target: TargetFiles; rows: readonly Conversation[] }
export type ShowReply = { texts: StudentText[] } | { refusal: string }

export async function show({ target, rows }: ShowJob): Promise<ShowReply> {
  const own = await openOnce(target)
  if ('refusal' in own) return own
  return { texts: rows.map((row) => showConversation(own.template, row, own.check(row))) }
}

async function openOnce(target: TargetFiles): Promise<Opened | { refusal: string }> {
  let own = opened.get(target.template)
  if (own === undefined) {
    try {
      own = await open(target)
    } catch (error) {
      return { refusal: (error as Error).message.split('\n')[0]! }
    }
    opened.set(target.template, own)
  }
  return own
}

async function open(target: TargetFiles): Promise<Opened> {
  const template = compileTemplate(target.template, target.tokens)
  const facts = describeTemplate(template)
  const count = await counterOf(target)
  const checkRow = openRowChecker(template, facts, count)
  return {
    template,
    facts,
    check: (row) => ('completion' in row ? checkText(row, facts, count) : checkRow(row)),
  }
}

async function counterOf({ tokenizer, context }: TargetFiles): Promise<(text: string) => number | null> {
  const text = tokenizer === null ? undefined : await readText(tokenizer)
  if (text === undefined) return () => null
  const tokens = new Tokenizer(JSON.parse(text) as object, {})
  return (rendered) => {
    const bytes = Buffer.byteLength(rendered)
    // A token has at least one byte, so most rows need not be counted to be known to fit.
    if (context !== null && bytes <= context) return 0
    return tokens.encode(rendered, { add_special_tokens: false }).ids.length
  }
}
