import type { Node } from '../values/expression.ts'

const LABEL =
  /(?:^|[\s,;.$}])(?:\\text(?:bf)?\s?\{)?\(?(?:part\s?\(?)?([a-h]|iv|i{1,3}|v|[1-9])\)[.:]?\}?(?:\s|\\[ ,;:]|~|\\q?quad)*/giu
const ORDERS: readonly (readonly string[])[] = [
  ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
  ['i', 'ii', 'iii', 'iv', 'v'],
  ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
]

/**
 * Answers to several parts of a problem, `(a) 5, (b) 7`: a list of values with the label of the part as name;
 * `undefined` unless the labels begin the text and count up from the first, and every part is understood.
 */
export function parseParts(text: string, parse: (part: string) => Node | undefined): Node | undefined {
  if (text.length > 600 || !/^[\s$]*(?:\\text(?:bf)?\s?\{)?\(?(?:part\s?\(?)?[ai1]\)/iu.test(text))
    return undefined
  const labels = [...text.matchAll(LABEL)]
  if (labels.length < 2) return undefined
  const names = labels.map((label) => label[1]?.toLowerCase() ?? '')
  if (!ORDERS.some((order) => names.every((name, at) => order[at] === name))) return undefined
  const items: Node[] = []
  for (const [at, label] of labels.entries()) {
    const end = labels[at + 1]?.index ?? text.length
    const part = text.slice(label.index + label[0].length, end).replace(/(?:[,;.\s\\]|\band)+$/u, '')
    const value = part === '' ? undefined : parse(part)
    if (value === undefined || value.kind === 'text') return undefined
    items.push({
      kind: 'relation',
      operators: ['='],
      operands: [{ kind: 'symbol', name: `part ${names[at]}` }, value],
    })
  }
  return { kind: 'sequence', open: '', close: '', items, join: ',' }
}
