import type { ContentSplit } from './content-split.ts'
import { trimText } from './trim-text.ts'

/** The head of a harmony message: `<|start|>role` is missing in the first one, where the prompt ends with it. */
const header =
  /(?:<\|start\|>)?(?:assistant)?(?:[ ]to=[^\s<|]+[ ]?)?<\|channel\|>[ ]?(?<channel>analysis|commentary|final)(?:[^<\n]{0,200})(?:<\|constrain\|>[^<\n]{0,200})?<\|message\|>/gu

/** Ends of a message. They count only before a further message or at the end of the text: reasoning may name them. */
const messageEnd = /(?:<\|(?:end|call|return)\|>\s*)+$/u

/**
 * Takes raw harmony text apart, as gpt-oss writes it when a server does not parse it: `analysis` and `commentary` are
 * reasoning, `final` is the answer. Also reads it with its special tokens dropped (`analysis…assistantfinal…`).
 * Format: openai/harmony.
 */
export function splitHarmony(text: string): ContentSplit | undefined {
  const messages = readMessages(text)
  if (messages === undefined) return splitDropped(text)
  const finals = messages.filter((message) => message.channel === 'final')
  const others = messages.filter((message) => message.channel !== 'final')
  return {
    reasoning: others
      .map((message) => message.text)
      .filter(Boolean)
      .join('\n\n'),
    answer: finals
      .map((message) => message.text)
      .filter(Boolean)
      .join('\n\n'),
    source: 'harmony',
    closed: finals.length > 0,
    damaged: finals.length > 1 || messages.slice(0, -1).some((message) => message.channel === 'final'),
  }
}

type Message = { channel: string; text: string }

function readMessages(text: string): Message[] | undefined {
  const heads = [...text.matchAll(header)].filter((head, index) => index === 0 || startsMessage(text, head))
  const first = heads[0]
  if (first === undefined || text.slice(0, first.index).trim() !== '') return undefined
  return heads.map((head, index) => {
    const body = text.slice(head.index + head[0].length, heads[index + 1]?.index ?? text.length)
    return { channel: head.groups?.['channel'] ?? '', text: trimText(withoutEnds(body)) }
  })
}

/** A text without the ends of a message behind it, looked at from the end: a looping model writes a million of them. */
function withoutEnds(text: string): string {
  let rest = text.trimEnd()
  for (;;) {
    const end = ['<|end|>', '<|call|>', '<|return|>'].find((mark) => rest.endsWith(mark))
    if (end === undefined) return rest
    rest = rest.slice(0, -end.length).trimEnd()
  }
}

/** Later messages start after the end of the one before; anything else is reasoning that quotes the format. */
function startsMessage(text: string, head: RegExpExecArray): boolean {
  return (
    head[0].startsWith('<|start|>') && messageEnd.test(text.slice(Math.max(0, head.index - 40), head.index))
  )
}

/** Role and channel as they are left where a server drops the tokens between them. */
const gluedHead = /^\s*(?:assistant)?(?<channel>analysis|commentary|final)(?=\S)/u
const gluedNext = /assistant(?<channel>analysis|commentary|final)(?!l)/gu

/**
 * Special tokens dropped by the server's detokenizer leave the names of role and channel glued to the text. A word such as
 * `analysis` alone is no head: a further one, or a text that begins in the middle of a word, makes it one.
 */
function splitDropped(text: string): ContentSplit | undefined {
  const head = gluedHead.exec(text)
  if (head === null) return undefined
  const start = head[0].length
  const nexts = [...text.slice(start).matchAll(gluedNext)]
  const stated = head[0].trim().startsWith('assistant')
  if (!stated && nexts.length === 0 && !/^\s*(?:analysis|final)[A-Z](?!\w*(?:\s*[=(;[]|\.\w))/u.test(text))
    return undefined
  // After the first final message there is nothing but the answer, whatever it says.
  const messages: Message[] = []
  let [at, channel] = [start, head.groups!['channel']!]
  for (const next of nexts) {
    if (channel === 'final') break
    messages.push({ channel, text: trimText(text.slice(at, start + next.index)) })
    at = start + next.index + next[0].length
    channel = next.groups!['channel']!
  }
  messages.push({ channel, text: trimText(text.slice(at)) })
  const answer = messages.filter((message) => message.channel === 'final').map((message) => message.text)
  return {
    reasoning: messages
      .filter((message) => message.channel !== 'final')
      .map((message) => message.text)
      .filter(Boolean)
      .join('\n\n'),
    answer: answer.join('\n\n'),
    source: 'harmony',
    closed: answer.length > 0,
    damaged: answer.length > 0 && /assistantfinal(?!l)/u.test(answer[0]!),
  }
}
