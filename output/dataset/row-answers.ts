import type { Row } from '../../store/parquet/rows.ts'
import { parseHarmony } from '../exports/harmony.ts'
import { parseThinking, type ThinkingParts } from '../exports/think.ts'

/** An answer that a row of the dataset shows, with what the row says of it. */
export type RowAnswer = {
  /** The column of the answer where the row has several. */
  label: string
  /** The columns that say how the answer came about and what was found out about it. */
  facts: Row
  /** Its parts as a trainer reads them; a text where they cannot be told apart, undefined where no column shows them. */
  parts: ThinkingParts | string | undefined
}

/** The answers of a row of any configuration; none where its columns say of no answer how it came about. */
export function answersOf(row: Row): RowAnswer[] {
  if (typeof row['verdict'] === 'string') return [{ label: '', facts: row, parts: partsOfRow(row) }]
  return Object.entries(row).flatMap(([name, facts]) => {
    if (!name.endsWith('_meta') || typeof facts !== 'object' || facts === null) return []
    const label = name.slice(0, -'_meta'.length)
    return [{ label, facts: facts as Row, parts: partsOfText(row[label]) }]
  })
}

/** Columns that hold what a model wrote; others end in `_answer`. */
const texts = new Set([
  'messages',
  'completion',
  'conversations',
  'output',
  'generations',
  'chosen',
  'rejected',
  'answer',
])

/**
 * Whether a configuration with these columns holds answers, and if so whether its columns say how they came about.
 */
export function answersIn(columns: readonly string[]): 'none' | 'told' | 'untold' {
  if (columns.some((name) => name === 'verdict' || name.endsWith('_meta'))) return 'told'
  // Where the answer is that of the problem's source, the row says so.
  const holds = (name: string): boolean =>
    (texts.has(name) || name.endsWith('_answer')) && !(name === 'answer' && columns.includes('answer_source'))
  return columns.some(holds) ? 'untold' : 'none'
}

/** The problem as the row shows it: its own column, else what the user says. */
export function problemOf(row: Row): string | undefined {
  for (const name of ['problem', 'prompt']) if (typeof row[name] === 'string') return row[name]
  for (const name of ['prompt', 'input', 'messages', 'conversations']) {
    const turns = row[name]
    if (!Array.isArray(turns)) continue
    const turn = (turns as Row[]).find(({ role, from }) => role === 'user' || from === 'human')
    const text = turn?.['content'] ?? turn?.['value']
    if (typeof text === 'string') return text
  }
  return undefined
}

/** The answer of a row that is about one: its last message, or texts of their own. */
function partsOfRow(row: Row): RowAnswer['parts'] {
  const { output, answer, reasoning } = row
  if (typeof output === 'string') return partsOfText(output)
  if (typeof answer === 'string' && typeof reasoning === 'string')
    return { reasoning: reasoning === '' ? null : reasoning, answer }
  const { completion } = row
  // Other texts stand in the frame of some chat template, which the row does not name.
  if (typeof completion === 'string')
    return completion.includes('<|channel|>final') ? partsOfText(completion, parseHarmony) : undefined
  return partsOfMessage(lastMessage(row))
}

function lastMessage(row: Row): Row | undefined {
  for (const name of ['messages', 'completion', 'conversations']) {
    const turns = row[name]
    if (Array.isArray(turns)) return turns.at(-1) as Row | undefined
  }
  return undefined
}

function partsOfMessage(message: Row | undefined): RowAnswer['parts'] {
  if (message === undefined) return undefined
  const field = message['reasoning_content'] ?? message['thinking'] ?? message['reasoning']
  const text = message['content'] ?? message['value']
  if (typeof field !== 'string') return partsOfText(text)
  return typeof text === 'string' ? { reasoning: field === '' ? null : field, answer: text } : undefined
}

function partsOfText(
  text: unknown,
  parse: (text: string) => ThinkingParts = parseThinking,
): RowAnswer['parts'] {
  if (typeof text !== 'string') return undefined
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return error.message
    throw error
  }
}
