const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ'
const SUPERSCRIPT_VALUES = '0123456789+-=()ni'
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙₓ'
const SUBSCRIPT_VALUES = '0123456789+-=()nx'

const FRACTIONS: Readonly<Record<string, string>> = {
  '½': '1/2',
  '⅓': '1/3',
  '⅔': '2/3',
  '¼': '1/4',
  '¾': '3/4',
  '⅕': '1/5',
  '⅖': '2/5',
  '⅗': '3/5',
  '⅘': '4/5',
  '⅙': '1/6',
  '⅚': '5/6',
  '⅐': '1/7',
  '⅛': '1/8',
  '⅜': '3/8',
  '⅝': '5/8',
  '⅞': '7/8',
  '⅑': '1/9',
  '⅒': '1/10',
}

const REPLACEMENTS: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '—': '-',
  '‐': '-',
  '‑': '-',
  '﹣': '-',
  '×': '*',
  '·': '*',
  '∙': '*',
  '⋅': '*',
  '∗': '*',
  '•': '*',
  '÷': '/',
  '∕': '/',
  '⁄': '/',
  '√': '\\sqrt ',
  '∛': '\\sqrt[3]',
  '∜': '\\sqrt[4]',
  '∞': '\\infty ',
  '≤': '\\le ',
  '⩽': '\\le ',
  '≦': '\\le ',
  '≥': '\\ge ',
  '⩾': '\\ge ',
  '≧': '\\ge ',
  '≠': '\\ne ',
  '≈': '\\approx ',
  '≃': '\\approx ',
  '∈': '\\in ',
  '∪': '\\cup ',
  '∩': '\\cap ',
  '∅': '\\emptyset ',
  '∖': '\\setminus ',
  '±': '\\pm ',
  '∓': '\\mp ',
  '°': '^\\circ ',
  '′': "'",
  '″': "''",
  '’': "'",
  '‘': "'",
  ʹ: "'",
  '“': '"',
  '”': '"',
  '…': '\\ldots ',
  '⋯': '\\ldots ',
  '→': '\\to ',
  '⇒': '\\Rightarrow ',
  '∠': '\\angle ',
  '△': '\\triangle ',
  ℝ: '\\mathbb{R}',
  ℤ: '\\mathbb{Z}',
  ℕ: '\\mathbb{N}',
  ℚ: '\\mathbb{Q}',
  ℂ: '\\mathbb{C}',
  '∑': '\\sum ',
  '∏': '\\prod ',
  '∫': '\\int ',
  '∧': ' and ',
  '∨': ' or ',
  '⟨': '\\langle ',
  '⟩': '\\rangle ',
  '〈': '\\langle ',
  '〉': '\\rangle ',
  '⌊': '\\lfloor ',
  '⌋': '\\rfloor ',
  '⌈': '\\lceil ',
  '⌉': '\\rceil ',
  α: '\\alpha ',
  β: '\\beta ',
  γ: '\\gamma ',
  δ: '\\delta ',
  ε: '\\epsilon ',
  θ: '\\theta ',
  λ: '\\lambda ',
  μ: '\\mu ',
  µ: '\\mu ',
  π: '\\pi ',
  ρ: '\\rho ',
  σ: '\\sigma ',
  τ: '\\tau ',
  φ: '\\phi ',
  ϕ: '\\phi ',
  ω: '\\omega ',
  ψ: '\\psi ',
  ξ: '\\xi ',
  η: '\\eta ',
  κ: '\\kappa ',
  Δ: '\\Delta ',
  Σ: '\\Sigma ',
  Ω: '\\Omega ',
  Γ: '\\Gamma ',
  Φ: '\\Phi ',
  '\u00a0': ' ',
  '\u2002': ' ',
  '\u2003': ' ',
  '\u2009': '\\,',
  '\u200a': '\\,',
  '\u202f': '\\,',
  '\u2007': '\\,',
  '\u3000': ' ',
  '\u200b': '',
  '\u200c': '',
  '\u200d': '',
  '\ufeff': '',
  '\u2061': '',
  '\u2062': '*',
  '\u2060': '',
  '\u00ad': '',
  '、': ',',
  '。': '.',
  '【': '[',
  '】': ']',
  '٫': '.',
  '٬': ',',
  '％': '%',
  '¢': ' cents',
  '٪': '%',
  '﹪': '%',
  '：': ':',
  '∶': ':',
  '‰': '\\permille ',
  '②': '2',
  '①': '1',
  '③': '3',
  '④': '4',
}

/** Control characters that a wrongly unescaped LaTeX command leaves behind, with the letters that show it. */
const BROKEN_ESCAPES: readonly (readonly [string, string, RegExp])[] = [
  ['\f', '\\f', /^(?:rac|box|loor)/u],
  ['\b', '\\b', /^(?:oxed|egin|eta|inom|ar|mod|ig|f\{)/u],
  ['\t', '\\t', /^(?:ext|imes|heta|an\b|frac|o\b|riangle)/u],
  ['\v', '\\v', /^(?:ec|arphi|ert)/u],
  ['\u0007', '\\a', /^(?:pprox|lpha|ngle|rc)/u],
  ['\r', '\\r', /^(?:ight|floor|ceil|angle|ho\b)/u],
]

// Everything below 128 that is not a control character passes unchanged, which is nearly every answer.
// oxlint-disable-next-line no-control-regex
const SPECIAL = /[^\x20-\x7e\n]/u

/** Brings Unicode spellings of mathematics to ASCII and LaTeX ones and repairs damaged LaTeX escapes. */
export function normaliseCharacters(raw: string): string {
  const text = nameUnitSigns(raw)
  if (!SPECIAL.test(text)) return text
  let out = ''
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    const code = text.charCodeAt(at)
    if (code > 31 && code < 127) out += char
    else if (code < 32) out += control(text, at, char)
    else if (SUPERSCRIPTS.includes(char)) {
      const end = runOf(text, at, SUPERSCRIPTS)
      out += `^{${translate(text.slice(at, end), SUPERSCRIPTS, SUPERSCRIPT_VALUES)}}`
      at = end - 1
    } else if (SUBSCRIPTS.includes(char)) {
      const end = runOf(text, at, SUBSCRIPTS)
      out += `_{${translate(text.slice(at, end), SUBSCRIPTS, SUBSCRIPT_VALUES)}}`
      at = end - 1
    } else
      out +=
        FRACTIONS[char] === undefined ? plain(char, code) : ` \\frac{${FRACTIONS[char].replace('/', '}{')}}`
  }
  return out
}

function control(text: string, at: number, char: string): string {
  for (const [broken, repaired, after] of BROKEN_ESCAPES) {
    if (char === broken && after.test(text.slice(at + 1, at + 10))) return repaired
  }
  return char === '\n' || char === '\t' || char === '\r' || char === '\v' || char === '\f'
    ? char === '\n'
      ? '\n'
      : ' '
    : char
}

function runOf(text: string, from: number, alphabet: string): number {
  let end = from
  while (end < text.length && alphabet.includes(text.charAt(end))) end += 1
  return end
}

function translate(text: string, from: string, to: string): string {
  let out = ''
  for (const char of text) out += to.charAt(from.indexOf(char))
  return out
}

function plain(char: string, code: number): string {
  const replacement = REPLACEMENTS[char]
  if (replacement !== undefined) return replacement
  // Full-width forms are ASCII moved by a constant; Arabic-Indic and Devanagari digits count up from their zero.
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0)
  for (const zero of [0x660, 0x6f0, 0x966, 0x9e6])
    if (code >= zero && code <= zero + 9) return String(code - zero)
  return char
}

/** What may stand between a number and its unit: spaces and the opening of a `\\text{`. */
const unitGap = String.raw`\d\s{0,3}(?:\\[,;: ]|~)?\s{0,3}(?:\\(?:text|mathrm|rm)\s?\{?\s{0,3})?`
const ohmSign = new RegExp(String.raw`(${unitGap})([kM]?)(?:[\u03a9\u2126]|\\Omega(?![a-zA-Z]))`, 'gu')
const microSign = new RegExp(String.raw`(${unitGap})[\u00b5\u03bc](?=[a-zA-Z])`, 'gu')

/** Greek letters that are unit signs behind a number: `24 Ω` is 24 ohms and `5 µm` five micrometres, not products. */
function nameUnitSigns(text: string): string {
  if (!/[\u03a9\u2126\u00b5\u03bc]|\\Omega/u.test(text)) return text
  return text.replaceAll(ohmSign, '$1$2ohm').replaceAll(microSign, '$1u')
}
