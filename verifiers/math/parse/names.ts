import { isUnitName } from '../values/units.ts'

/** Functions that the engine can evaluate, by every name they go under. */
const FUNCTION_NAMES =
  'sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc asin acos atan acot asec acsc sinh cosh tanh coth sech csch arcsinh ' +
  'arccosh arctanh asinh acosh atanh ln log lg exp sqrt cbrt abs Abs floor ceil ceiling min max Min Max gcd lcm sgn sign factorial ' +
  'binomial Rational Pow det arctg tg ctg cosec sinc Matrix FiniteSet Interval Union arsinh arcosh artanh arsh arch arth cis sh ch th Ln Log Exp Sqrt ' +
  'arccoth acoth arcoth Eq'
export const FUNCTIONS: ReadonlySet<string> = new Set(FUNCTION_NAMES.split(' '))

/** Spellings brought to one name. */
export const FUNCTION_ALIASES: Readonly<Record<string, string>> = {
  asin: 'arcsin',
  acos: 'arccos',
  atan: 'arctan',
  acot: 'arccot',
  asec: 'arcsec',
  acsc: 'arccsc',
  arctg: 'arctan',
  tg: 'tan',
  ctg: 'cot',
  cosec: 'csc',
  asinh: 'arcsinh',
  acosh: 'arccosh',
  atanh: 'arctanh',
  arsinh: 'arcsinh',
  arcosh: 'arccosh',
  artanh: 'arctanh',
  arsh: 'arcsinh',
  arch: 'arccosh',
  arth: 'arctanh',
  acoth: 'arccoth',
  arcoth: 'arccoth',
  sh: 'sinh',
  ch: 'cosh',
  th: 'tanh',
  Ln: 'ln',
  Log: 'ln',
  Exp: 'exp',
  Sqrt: 'sqrt',
  Abs: 'abs',
  ceiling: 'ceil',
  Min: 'min',
  Max: 'max',
  sign: 'sgn',
}

/** Functions that take an argument without brackets, as in `sin x`; longest first so that prefixes do not win. */
export const PREFIX_FUNCTIONS = [
  'arcsin',
  'arccos',
  'arctan',
  'sqrt',
  'sin',
  'cos',
  'tan',
  'cot',
  'sec',
  'csc',
  'log',
  'ln',
] as const

export const GREEK: ReadonlySet<string> = new Set(
  (
    'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho sigma tau upsilon phi ' +
    'varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi Omega ell hbar'
  ).split(' '),
)

export const INFINITY_NAMES: ReadonlySet<string> = new Set('infty infinity inf oo Infinity'.split(' '))

/** Words that stand between the items of a list. */
export const CONNECTIVES: ReadonlyMap<string, 'and' | 'or'> = new Map([
  ['and', 'and'],
  ['or', 'or'],
  ['et', 'and'],
  ['und', 'and'],
  ['ou', 'or'],
  ['oder', 'or'],
  ['或', 'or'],
  ['和', 'and'],
  ['及', 'and'],
  ['与', 'and'],
])

/** Words that may stand before a value and say nothing about it. */
export const FILLERS: ReadonlySet<string> = new Set(
  'approximately approx about exactly around roughly only just nearly almost precisely simply'.split(' '),
)

/** Words that make a trailing phrase a sentence instead of a unit. */
export const SENTENCE_WORDS: ReadonlySet<string> = new Set(
  (
    'is are was were be been because since so then thus therefore hence but not no if when where which that this these those it its he she ' +
    'they we you answer result final equals equal gives get gets has have had will would can could should must does do did let first next ' +
    'than plus minus times divided multiplied or and import lambda except mod'
  ).split(' '),
)

const SHORT_ENGLISH: ReadonlySet<string> = new Set(
  (
    'no on is it we he at an as by do go if in me my of or so to up us am pm and are but can did for get had has her him his how its let may ' +
    'new not now odd off old one our out own per saw say see she six ten the too top two use was way who why yes you cat dog box man men day ' +
    'all any some many most more less same real year even true false none both each left over only than that them then they this time when with zero four five nine prime never'
  ).split(' '),
)

/** Whether a run of letters is a product of symbols, as `xy` or `ABC`, and not a word. */
export function isSymbolRun(word: string): boolean {
  if (word.length > 4 || isUnitName(word) || SHORT_ENGLISH.has(word.toLowerCase()) || CONNECTIVES.has(word))
    return false
  if (FILLERS.has(word) || word === 'pct') return false
  for (const char of word) if (char > '\u007f') return false
  const upper = word === word.toUpperCase()
  const lower = word === word.toLowerCase()
  // `Ax` is a coefficient with its variable.
  if (upper || /^[A-Z][xyzt]$/u.test(word)) return true
  // Vowels make short runs words; runs like `abc` or `xy` are symbols.
  return lower && (word.length <= 2 || !/[eiou]/u.test(word))
}

/** Accents that make another thing of a letter, by one name for each. */
export const ACCENTS: Readonly<Record<string, string>> = {
  overline: 'bar',
  bar: 'bar',
  hat: 'hat',
  widehat: 'hat',
  tilde: 'tilde',
  widetilde: 'tilde',
}

/** Operators of LaTeX that the grammar does not know: what holds one is not understood, and not read as a product. */
export const UNKNOWN_OPERATORS: ReadonlySet<string> = new Set(
  (
    'int iint iiint oint lim limsup liminf varlimsup varliminf sup inf nabla partial subset subseteq subsetneq supset supseteq supsetneq ni notin ' +
    'parallel nparallel perp propto nmid vdash models asymp prec succ preceq succeq ll gg oplus otimes odot ominus star dagger bigwedge ' +
    'bigvee bigoplus bigotimes neg lnot forall exists nexists top bot iff Leftrightarrow leftrightarrow leftarrow Leftarrow Longrightarrow ' +
    'longrightarrow uparrow downarrow xrightarrow overset underset underbrace overbrace stackrel amalg ltimes rtimes wr dim ker Hom deg arg Pr ' +
    'argmax argmin curl grad div rot Box square diamond bowtie vartriangle trianglelefteq lhd rhd injlim projlim mathop operatorname'
  ).split(' '),
)
