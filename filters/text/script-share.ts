import { proseOf } from './prose.ts'
import { type Script, type ScriptRun, scriptRuns } from './scripts.ts'

/** The script that most of a prompt is in, and all scripts that an answer to it may use. */
export type ExpectedScripts = { main: Script; all: ReadonlySet<Script> }

/** Letters of a text outside of maths and code; letters of symbols count in `letters` only. */
export type ScriptShare = {
  letters: number
  /** In an expected script. */
  own: number
  /** In another one, weighted so that scripts of letters and of syllables or words compare. */
  foreign: number
  /** Longest run and number of Chinese, Japanese and Korean characters among the foreign ones. */
  cjkRun: number
  cjkTotal: number
}

/**
 * The script that most of a prompt is in, with every other script that it uses; `undefined` for a prompt without
 * letters. Latin letters in a prompt of another script are names of variables and units, and do not make an English
 * trace right.
 */
export function expectedScripts(prompt: string): ExpectedScripts | undefined {
  const letters = new Map<Script, number>()
  for (const { script, letters: count } of scriptRuns(proseOf(prompt))) {
    letters.set(script, (letters.get(script) ?? 0) + count)
  }
  let main: Script | undefined
  for (const [script, count] of letters) {
    if (main === undefined || count > (letters.get(main) ?? 0)) main = script
  }
  if (main === undefined) return undefined
  return { main, all: new Set([...letters.keys()].filter((script) => script === main || script !== 'Latin')) }
}

/** How much of a text is in the scripts of its prompt. */
export function scriptShare(text: string, expected: ExpectedScripts): ScriptShare {
  const share: ScriptShare = { letters: 0, own: 0, foreign: 0, cjkRun: 0, cjkTotal: 0 }
  for (const run of scriptRuns(proseOf(text))) {
    share.letters += run.letters
    if (expected.all.has(run.script)) share.own += run.letters
    else if (!isSymbol(run)) {
      share.foreign += weightOf(run, expected.main)
      if (isCjk(run.script)) {
        share.cjkRun = Math.max(share.cjkRun, run.letters)
        share.cjkTotal += run.letters
      }
    }
  }
  return share
}

/** Greek letters and short Latin ones name variables, angles, units and functions in every language. */
function isSymbol({ script, letters }: ScriptRun): boolean {
  return (script === 'Greek' && letters <= 4) || (script === 'Latin' && letters <= 3)
}

/** A word in letters takes about as much text as two characters of a script that writes syllables or whole words. */
function weightOf({ script, letters }: ScriptRun, main: Script): number {
  return isCjk(main) && !isCjk(script) ? Math.min(2, letters) : letters
}

function isCjk(script: Script): boolean {
  return script === 'Han' || script === 'Kana' || script === 'Hangul'
}
