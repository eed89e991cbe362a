import type { Node } from '../values/expression.ts'

/** `Find y.`, `What is the value of $y$?` at the end of a problem. */
const ASKED =
  /\b(?:find|determine|compute|calculate|evaluate|solve for|what is|value of)\s+(?:the value of\s+)?[$\\(\s]*([a-zA-Z](?:_\{?\w\}?)?)[$\\)\s]*[.?!]?\s*$/iu

/** The value that a problem asks for by name, of an answer such as `x = 2 and y = 3`; `undefined` where it asks for more. */
export function partAskedFor(gold: Node, answer: Node, prompt: string): Node | undefined {
  if (
    answer.kind !== 'sequence' ||
    answer.open !== '' ||
    gold.kind === 'sequence' ||
    gold.kind === 'relation'
  )
    return undefined
  const name = ASKED.exec(prompt.slice(-300))?.[1]?.replace(/[{}]/gu, '')
  if (name === undefined || answer.items.length < 2) return undefined
  const values = answer.items.flatMap((item) => {
    if (item.kind !== 'relation' || item.operators.length !== 1 || item.operators[0] !== '=') return []
    const [symbol, value] = item.operands
    return symbol?.kind === 'symbol' && symbol.name === name && value !== undefined ? [value] : []
  })
  return values.length === 1 ? values[0] : undefined
}
