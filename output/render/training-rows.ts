import { z } from 'zod'
import type { StoredColumn } from '../../store/parquet/stored-columns.ts'
import type { Row } from '../../store/parquet/rows.ts'
import type { ChatMessage } from '../exports/shapes.ts'
import type { Conversation } from './forms.ts'

/** How the rows of a configuration are trained on. */
export type TrainingForm =
  | 'messages'
  | 'prompt_completion'
  /** Texts that no template is applied to. */
  | 'text'
  /** Two answers to one prompt. */
  | 'preference'

const Messages = z.array(z.looseObject({ role: z.string(), content: z.string() }))

/** The form of a configuration by its columns; `undefined` where nobody trains on it as it stands. */
export function trainingForm(
  columns: readonly Pick<StoredColumn, 'name' | 'type'>[],
): TrainingForm | undefined {
  const typeOf = (name: string): string | undefined => columns.find((column) => column.name === name)?.type
  if (typeOf('messages') !== undefined) return 'messages'
  if (typeOf('chosen') !== undefined) return 'preference'
  if (typeOf('completion') === undefined) return undefined
  return typeOf('completion') === 'string' ? 'text' : 'prompt_completion'
}

/** Columns that the conversations of a form are made of. */
export const trainedColumns: Record<TrainingForm, readonly string[]> = {
  messages: ['messages', 'chat_template_kwargs'],
  prompt_completion: ['prompt', 'completion', 'chat_template_kwargs'],
  text: ['prompt', 'completion'],
  preference: ['prompt', 'chosen', 'rejected', 'chat_template_kwargs'],
}

/** The conversations of a row, one for each answer that is trained. */
export function conversationsOf(row: Row, form: Exclude<TrainingForm, 'text'>): Conversation[] {
  const id = idOf(row)
  const kwargs = (row['chat_template_kwargs'] ?? {}) as Record<string, unknown>
  const of = (prompt: unknown, answers: unknown): Conversation => {
    const messages = Messages.parse([...(prompt as unknown[]), ...(answers as unknown[])]) as ChatMessage[]
    return {
      id,
      prompt: messages.slice(0, -1),
      answer: messages.at(-1)!,
      splits: form !== 'messages',
      kwargs,
    }
  }
  if (form === 'messages') return [of([], row['messages'])]
  if (form === 'prompt_completion') return [of(row['prompt'], row['completion'])]
  // One message each, or a list of one.
  return [row['chosen'], row['rejected']].map((answer) => of(row['prompt'], [answer].flat()))
}

/** A row whose texts are trained as they stand. */
export type PlainTexts = { id: string; prompt: string; completion: string }

/** The texts of a row of the form `text`. */
export function textsOf(row: Row): PlainTexts {
  return { id: idOf(row), prompt: String(row['prompt']), completion: String(row['completion']) }
}

/** The name of a row, for messages. */
function idOf(row: Row): string {
  const id = row['id'] ?? row['pair_id']
  return typeof id === 'string' ? id : ''
}
