/** The writing systems that are distinguished; everything else that is a letter is `other`. */
const scripts = [
  'Latin',
  'Han',
  'Kana',
  'Hangul',
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Thai',
  'other',
] as const
export type Script = (typeof scripts)[number]

/** A run of neighbouring letters of one script. */
export type ScriptRun = { script: Script; letters: number }

/** The runs of letters of a text in order; digits, marks and symbols belong to no script. */
export function* scriptRuns(text: string): Generator<ScriptRun> {
  for (const match of text.matchAll(runs)) {
    // Group n of the pattern belongs to script n of the list.
    const group = match.findIndex((part, index) => index > 0 && part !== undefined)
    const script = scripts[group - 1]
    if (script !== undefined) yield { script, letters: Array.from(match[0]).length }
  }
}

const properties: Record<Exclude<Script, 'other'>, string> = {
  Latin: String.raw`\p{Script=Latin}`,
  Han: String.raw`\p{Script=Han}`,
  Kana: String.raw`\p{Script=Hiragana}\p{Script=Katakana}`,
  Hangul: String.raw`\p{Script=Hangul}`,
  Cyrillic: String.raw`\p{Script=Cyrillic}`,
  Greek: String.raw`\p{Script=Greek}`,
  Arabic: String.raw`\p{Script=Arabic}`,
  Hebrew: String.raw`\p{Script=Hebrew}`,
  Devanagari: String.raw`\p{Script=Devanagari}`,
  Bengali: String.raw`\p{Script=Bengali}`,
  Tamil: String.raw`\p{Script=Tamil}`,
  Thai: String.raw`\p{Script=Thai}`,
}

const named = Object.values(properties)
/** Script=Common holds letters that belong to no language, such as the mathematical alphabets. */
const otherLetter = String.raw`(?:(?![${named.join('')}\p{Script=Common}])\p{L})`
const runs = new RegExp([...named.map((set) => `([${set}]+)`), `(${otherLetter}+)`].join('|'), 'gu')
