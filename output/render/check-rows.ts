import { spanMarks, type ChatTemplate } from './chat-template.ts'
import type { TemplateFacts } from './describe.ts'
import { checkForm, formOf, textsOf, type Conversation, type FormFinding } from './forms.ts'
import { partsOfMessage, withAliases, withoutNulls, type ChatMessage } from '../exports/shapes.ts'

/** What a template makes of one row. */
export type RowFinding = {
  id: string
  /** Whether the row has reasoning. */
  reasons: boolean
  /** With transformers before 5.21. */
  raw: FormFinding['state']
  /** With transformers 5.21 to 5.23, which pass fields for reasoning on under other names. */
  aliased: FormFinding['state']
  /** With transformers 5.24 and later, which also leave out members that are null. */
  bare: FormFinding['state']
  why: string
  /** Equal in two rows exactly when their first trained character comes after the same words around their texts. */
  context: string
  cutsRight: boolean
  /** Whether white space at the ends of a text was taken off. */
  trimmed: boolean
  /** In the student's tokens, `null` without its tokenizer. */
  tokens: number | null
}

/** Checks rows with one template; forms are looked at once, and every row is held against its form. */
export function openRowChecker(
  template: ChatTemplate,
  facts: TemplateFacts,
  count: (text: string) => number | null,
): (conversation: Conversation) => RowFinding {
  const forms = new Map<string, FormFinding>()

  function formFinding(conversation: Conversation): FormFinding {
    const form = formOf(conversation)
    const key = JSON.stringify(form)
    let finding = forms.get(key)
    if (finding === undefined) forms.set(key, (finding = checkForm(template, facts, form)))
    return finding
  }

  function check(conversation: Conversation): { finding: FormFinding; text: string; trimmed: boolean } {
    const finding = formFinding(conversation)
    if (finding.state !== 'right') return { finding, text: finding.text, trimmed: false }
    const texts = textsOf(conversation)
    if ([...texts.values()].some((text) => text.includes(spanMarks.start) || text.includes(spanMarks.end)))
      return {
        finding: { ...finding, state: 'error', why: 'a text has the private characters U+E000 or U+E001' },
        text: '',
        trimmed: false,
      }
    const { prompt, answer, kwargs } = conversation
    let text: string
    try {
      text = template.render([...prompt, answer], { kwargs }).text
    } catch (error) {
      return {
        finding: { ...finding, state: 'error', why: `the template raises: ${(error as Error).message}` },
        text: '',
        trimmed: false,
      }
    }
    const wanted = expand(finding.text, texts)
    if (text === wanted) return { finding, text, trimmed: false }
    if (withoutSpace(text) === withoutSpace(wanted)) return { finding, text, trimmed: true }
    return { finding: { ...finding, ...whyDifferent(conversation, text) }, text, trimmed: false }
  }

  return (conversation) => {
    const raw = check(conversation)
    const passed = (pass: (message: ChatMessage) => ChatMessage): ReturnType<typeof check> =>
      check({
        ...conversation,
        prompt: conversation.prompt.map(pass),
        answer: pass(conversation.answer),
      })
    const aliased = passed(withAliases)
    const bare = hasNulls(conversation) ? passed((message) => withAliases(withoutNulls(message))) : aliased
    const shown = [raw, aliased, bare].find(({ finding }) => finding.state !== 'right') ?? raw
    return {
      id: conversation.id,
      reasons: partsOfMessage(conversation.answer).reasoning !== null,
      raw: raw.finding.state,
      aliased: aliased.finding.state,
      bare: bare.finding.state,
      why: shown.finding.why,
      context: raw.finding.context,
      cutsRight: raw.finding.cutsRight,
      trimmed: raw.trimmed,
      tokens: count(raw.text),
    }
  }
}

function hasNulls({ prompt, answer }: Conversation): boolean {
  return [...prompt, answer].some((message) => Object.values(message).includes(null))
}

function expand(form: string, texts: ReadonlyMap<string, string>): string {
  let text = form
  for (const [place, own] of texts) text = text.split(place).join(own)
  return text
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/gu, '')
}

/** The texts of the row made the template do something else than it does with any other text. */
function whyDifferent({ answer }: Conversation, text: string): Pick<FormFinding, 'state' | 'why'> {
  const { reasoning, answer: final } = partsOfMessage(answer)
  const plain = withoutSpace(text)
  if (reasoning !== null && !plain.includes(withoutSpace(reasoning)))
    return {
      state: 'lost',
      why: 'a part of the reasoning is left out: it holds what the template takes for a mark',
    }
  if (!plain.includes(withoutSpace(final)))
    return {
      state: 'answer_lost',
      why: 'a part of the answer is left out: it holds what the template takes for a mark',
    }
  return { state: 'misplaced', why: 'a text of the row holds what the template takes for a mark' }
}
