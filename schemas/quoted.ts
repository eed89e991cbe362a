/** A value for a message: as JSON on one line, cut to 60 characters. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? String(member) : member,
  )
  return text === undefined ? 'nothing' : text.length > 60 ? `${text.slice(0, 59)}…` : text
}
