import { FUNCTIONS } from './names.ts'

const MODULES =
  /(?<![\p{L}\d_.])(?:np|numpy|math|cmath|sp|sympy|torch|scipy\.special|fractions|decimal)\.(?=[a-zA-Z])/gu
const WRAPPED =
  /^\s*(?:array|tensor|frozenset|set|list|tuple|float(?:16|32|64)?|int(?:8|16|32|64)?|Decimal|Integer|Float|mpf|sympify|S|N|str|simplify)\s?\(\s*(['"]?)(.*)\1\s*\)\s*$/su
const NAMED =
  /\\(?:mathrm|operatorname|text|mathop|rm|textrm)\s?\*?\s?\{\s?([a-zA-Z]{2,10})\s?\}(?:\s?\\[,;!:])?/gu
const VECTORS =
  /\\(?:mathbf|vec|boldsymbol|bm|hat|widehat)\s?\{?\s?(?:\\(?:mathbf|hat|vec)\s?\{\s?)?(\\[ij]math|[ijk])\s?\}{0,2}(?![a-zA-Z])/gu

/** Python and LaTeX spellings that stand for something the grammar knows under another name. */
export function plainSpellings(text: string): string {
  let plain = text
  if (/[.(_j]/u.test(plain)) plain = pythonSpellings(plain)
  if (!plain.includes('\\')) return plain
  if (plain.includes('\\prime'))
    plain = plain.replace(/\^\s?(?:\{\s?((?:\\prime\s?)+)\}|\\prime(?![a-zA-Z]))/gu, (_all, many?: string) =>
      "'".repeat((many ?? '\\prime').split('\\prime').length - 1),
    )
  if (/\\(?:mathrm|operatorname|text|mathop|rm)/u.test(plain))
    plain = plain.replace(NAMED, (all, name: string) =>
      FUNCTIONS.has(name) && name !== 'min' ? ` \\${name} ` : all,
    )
  // Bold i and j together are the unit vectors; i alone may be the imaginary unit.
  const units = new Set([...plain.matchAll(VECTORS)].map((found) => found[1]?.replace(/\\|math/gu, '')))
  if (units.size > 1)
    plain = plain.replace(VECTORS, (_all, name: string) => `\\hat{${name.replace(/\\|math/gu, '')}}`)
  return plain
}

function pythonSpellings(text: string): string {
  let plain = text.replace(MODULES, '')
  for (let round = 0; round < 2; round += 1) {
    const inner = WRAPPED.exec(plain)?.[2]
    // `set(1)+set(2)` begins and ends alike and is no single call.
    if (inner === undefined || !isBalanced(inner)) break
    plain = inner
  }
  return plain
    .replace(/(?<=\d)_(?=\d{3}(?:_\d{3})*(?:\.|$|[^\d_]))/gu, '')
    .replace(/(?<![\w.])(\d+(?:\.\d+)?)j(?![\w])/gu, '$1*I')
    .replace(/(?<![\d.])(\d*\.)\((\d{1,12})\)(?![\d(])/gu, '$1\\overline{$2}')
}

/** Whether no bracket closes before it was opened. */
function isBalanced(text: string): boolean {
  let open = 0
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '(') open += 1
    else if (char === ')') open -= 1
    if (open < 0) return false
  }
  return open === 0
}
