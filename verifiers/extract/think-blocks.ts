const OPEN = '<think>'
const CLOSE = '</think>'

/**
 * Takes the reasoning off a text: everything up to the last closing think tag. Answers of arms without reasoning pass
 * unchanged. Reasoning that was opened and never closed has no answer behind it, so nothing is left of the text.
 */
export function stripThinkBlocks(text: string): string {
  const closed = text.lastIndexOf(CLOSE)
  const rest = closed < 0 ? text : text.slice(closed + CLOSE.length)
  const opened = rest.indexOf(OPEN)
  return opened < 0 ? rest : rest.slice(0, opened)
}
