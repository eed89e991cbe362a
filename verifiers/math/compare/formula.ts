const ELEMENTS: ReadonlySet<string> = new Set(
  (
    'H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd ' +
    'In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Sm Eu Gd Dy Er Yb Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am'
  ).split(' '),
)
const WORDS: ReadonlySet<string> = new Set(['no', 'in', 'he', 'as', 'at', 'be', 'i'])
const SMALL_DIGITS = '₀₁₂₃₄₅₆₇₈₉'

/**
 * A chemical formula in one spelling for `\mathrm{H_2O}`, `H2O` and `H₂O`, with the case of its letters; `undefined` for
 * a text that is none, or that could as well be a word or a product of symbols.
 */
export function formulaOf(text: string): string | undefined {
  if (text.length > 80 || !/^[^a-z]*[A-Z]/u.test(text.replace(/\\[a-zA-Z]+/gu, ''))) return undefined
  const plain = text
    .replace(/[₀-₉]/gu, (digit) => String(SMALL_DIGITS.indexOf(digit)))
    .replace(/\\(?:mathrm|text|ce|rm|textrm|mathsf)(?![a-zA-Z])|[${}_\s]|\\[,;: ]/gu, '')
    .replace(/\.$/u, '')
  const formula =
    /^(?:\d{0,2}(?:[A-Z][a-z]?\d{0,3}|\((?:[A-Z][a-z]?\d{0,3}){1,8}\)\d{0,3}){1,20})(?:\^\d?[+-])?$/u
  if (!formula.test(plain) || WORDS.has(plain.toLowerCase())) return undefined
  const elements = plain.match(/[A-Z][a-z]?/gu) ?? []
  return elements.every((element) => ELEMENTS.has(element)) ? plain : undefined
}
