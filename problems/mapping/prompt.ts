/** The text of a prompt, of a chat with one user message and nothing else, or `undefined` for anything else. */
export function promptText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim()
  if (!Array.isArray(value) || value.length !== 1) return undefined
  const [message] = value as unknown[]
  if (typeof message !== 'object' || message === null) return undefined
  const { role, content } = message as { role?: unknown; content?: unknown }
  return role === 'user' && typeof content === 'string' ? content.trim() : undefined
}
