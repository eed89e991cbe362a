/** The text of a prompt, of a chat with one user message and nothing else, or `undefined` for anything else. */
export function promptText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim()
  if (!Array.isArray(value) || value.length !== 1) return undefined
  const [message] = value as unknown[]
  if (typeof message !== 'object' || message === null) return undefined
  const { role, content } = message as { role?: unknown; content?: unknown }
  return role === 'user' && typeof content === 'string' ? content.trim() : undefined
}

/**
 * Whether a prompt asks nothing: no more than two letters or digits, or a single word that stands for nothing. Such rows
 * are in nvidia/Nemotron-Post-Training-Dataset-v1 ("-").
 */
export function isPlaceholder(prompt: string): boolean {
  const characters = prompt.match(/[\p{L}\p{N}]/gu)?.length ?? 0
  return characters < 3 || placeholders.has(prompt.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
}

const placeholders = new Set([
  'none',
  'null',
  'nan',
  'todo',
  'tbd',
  'empty',
  'placeholder',
  'question',
  'problem',
  'prompt',
])
