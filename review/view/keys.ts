/** What a key does; the bar of buttons, the page of keys and the handler in the page all come from this list. */
export type KeyAct = {
  /** As `KeyboardEvent.key` has it. */
  key: string
  act: string
  does: string
  /** On the bar at the bottom of the page. */
  onBar?: true
}

export const keys: readonly KeyAct[] = [
  { key: 'a', act: 'approve', does: 'approve and go on to the next without your verdict', onBar: true },
  { key: 'x', act: 'reject', does: 'reject: then 1 to 9 for the reason, and go on likewise', onBar: true },
  { key: 'f', act: 'flag', does: 'flag, to come back to it; no verdict', onBar: true },
  { key: 'n', act: 'note', does: 'note; Enter saves, Escape leaves', onBar: true },
  { key: 'u', act: 'undo', does: 'undo the last thing you did, as often as you like', onBar: true },
  { key: 'k', act: 'previous', does: 'previous pair, no verdict', onBar: true },
  { key: 'j', act: 'next', does: 'next pair, no verdict', onBar: true },
  { key: 'K', act: 'previous-open', does: 'previous pair without your verdict' },
  { key: 'J', act: 'next-open', does: 'next pair without your verdict' },
  { key: 'g', act: 'first', does: 'first pair' },
  { key: 'G', act: 'last', does: 'last pair' },
  { key: '/', act: 'search', does: 'search the texts of these pairs; Escape leaves' },
  { key: 't', act: 'thought', does: 'open or fold the thoughts' },
  { key: ',', act: 'block-back', does: 'previous block of an open thought' },
  { key: '.', act: 'block-on', does: 'next block of an open thought' },
  { key: 'd', act: 'difference', does: 'difference of the final answers' },
  { key: 'r', act: 'raw', does: 'raw texts, as they are stored, or rendered' },
  { key: 's', act: 'student', does: 'as the student sees it: what is trained, marked' },
  { key: 'p', act: 'details', does: 'filters and provenance' },
  { key: 'ArrowLeft', act: 'tab-back', does: 'the answer to the left, on a narrow screen' },
  { key: 'ArrowRight', act: 'tab-on', does: 'the answer to the right, on a narrow screen' },
  { key: '?', act: 'help', does: 'all keys' },
]
