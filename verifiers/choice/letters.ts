import { stanceOn, type Stance } from './stance.ts'

/** Letters that are named together, such as `A, B and D`, and what the text says about them. */
export type Named = { letters: string[]; start: number; end: number; stance: Stance }

/** The letters of a question's options; ten of them where the options are not known. */
export function lettersOf(options: number): string {
  return 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.slice(0, options === 0 ? 10 : Math.min(26, options))
}

const JOINED =
  /^\)?[\s*]*(?:,|,?\s*(?:and|or|nor|&)\s|\/|、|或|和)[\s*]*(?:(?:or|and|nor|option|options)\s+)?\(?$/iu

/** Every option letter that stands alone in a plain text, in groups, in order. */
export function namedLetters(text: string, letters: string): Named[] {
  const alone = new RegExp(
    `(?<![\\p{L}\\p{N}'’_°\\\\^-])\\(?([${letters}])\\)?(?![\\p{Script=Latin}\\p{N}'’_^-])`,
    'gu',
  )
  const groups: Named[] = []
  for (const match of text.matchAll(alone)) {
    const end = match.index + match[0].length
    const letter = match[1] ?? ''
    if (!isLetter(text, match)) continue
    const last = groups.at(-1)
    if (
      last !== undefined &&
      !last.letters.includes(letter) &&
      JOINED.test(text.slice(last.end, match.index))
    ) {
      last.letters.push(letter)
      last.end = end
    } else groups.push({ letters: [letter], start: match.index, end, stance: 'open' })
    if (groups.length > 400) break
  }
  for (const group of groups) group.stance = stanceOn(text, group.start, group.end)
  return groups
}

/** `A` before a word is an article, `I` a pronoun, `E = mc^2` a formula and `68 °F` a temperature. */
function isLetter(text: string, match: RegExpExecArray): boolean {
  const after = text.slice(match.index + match[0].length)
  const before = text.slice(Math.max(0, match.index - 4), match.index)
  if (/^\s*[=+*/^<>]/u.test(after) || /[=+*/°][\s]*$|\d\s$/u.test(before)) return false
  if (match[0].includes('(')) return true
  const word = /^\s+([a-z]\w*)/u.exec(after)?.[1]
  if (match[1] === 'A') return word === undefined || VERBS.has(word)
  return match[1] !== 'I' || word === undefined || /^(?:is|because|since|or|and)$/u.test(word)
}

/** Words behind an `A` that is an option and not an article. */
const VERBS: ReadonlySet<string> = new Set(
  'is are was because since as or and would fits works seems looks has cannot gives fails does must should'.split(
    ' ',
  ),
)

/**
 * The one option that a text decides for: the one that it takes, or else the one that ends it, or the only one that it
 * does not rule out. `several` where it takes more than one.
 */
export function decidedLetter(text: string, letters: string): string | undefined {
  const named = namedLetters(text, letters)
  const against = new Set(
    named.filter(({ stance }) => stance === 'against').flatMap((group) => group.letters),
  )
  const taken = named.filter(({ stance }) => stance === 'for')
  if (taken.some((group) => new Set(group.letters).size > 1)) return 'several'
  const chosen = new Set(taken.flatMap((group) => group.letters))
  if (chosen.size === 1) return [...chosen][0]
  const last = named.at(-1)
  const [ending] = last?.letters ?? []
  const ends =
    last !== undefined &&
    last.letters.length === 1 &&
    last.stance !== 'against' &&
    /[.;,:!?\n]\s*[*("“]*$/u.test(text.slice(0, last.start)) &&
    /^[\s.*)"”!]*$/u.test(text.slice(last.end))
  if (ends && (chosen.size === 0 || chosen.has(ending ?? ''))) return ending
  if (chosen.size > 1) return 'several'
  const open = new Set(
    named
      .filter(({ stance }) => stance === 'open')
      .flatMap((group) => group.letters.filter((letter) => !against.has(letter))),
  )
  return open.size === 1 ? [...open][0] : open.size > 1 ? 'several' : undefined
}
