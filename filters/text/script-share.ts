import type { Sample } from '../filter.ts'
import { proseOf } from './prose.ts'
import { type Script, visitScriptRuns } from './scripts.ts'

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

/** The shares of both parts of a sample, with the scripts of its prompt. */
export type SampleScripts = { expected: ExpectedScripts; reasoning: ScriptShare; answer: ScriptShare }

const kept = new WeakMap<Sample, SampleScripts | undefined>()

/**
 * How much of a sample is in the scripts of its prompt; `undefined` for a prompt without letters. Counted once for a
 * sample, however many filters ask.
 */
export function scriptsOfSample(sample: Sample): SampleScripts | undefined {
  if (kept.has(sample)) return kept.get(sample)
  const { problem, trace } = sample
  const expected = expectedScripts([problem.prompt, ...problem.choices].join('\n'))
  const shares = expected && {
    expected,
    reasoning: scriptShare(trace.reasoning, expected),
    answer: scriptShare(trace.answer, expected),
  }
  kept.set(sample, shares)
  return shares
}

/**
 * The script that most of a prompt is in, with every other script that it uses; `undefined` for a prompt without
 * letters. Latin letters in a prompt of another script are names of variables and units, and do not make an English
 * trace right.
 */
function expectedScripts(prompt: string): ExpectedScripts | undefined {
  const letters = new Map<Script, number>()
  visitScriptRuns(proseOf(prompt), (script, count) => {
    letters.set(script, (letters.get(script) ?? 0) + count)
  })
  let main: Script | undefined
  for (const [script, count] of letters) {
    if (main === undefined || count > (letters.get(main) ?? 0)) main = script
  }
  if (main === undefined) return undefined
  return { main, all: new Set([...letters.keys()].filter((script) => script === main || script !== 'Latin')) }
}

function scriptShare(text: string, { main, all }: ExpectedScripts): ScriptShare {
  const share: ScriptShare = { letters: 0, own: 0, foreign: 0, cjkRun: 0, cjkTotal: 0 }
  visitScriptRuns(proseOf(text), (script, letters) => {
    share.letters += letters
    if (all.has(script)) {
      share.own += letters
      return
    }
    if (isSymbol(script, letters)) return
    // A word in letters takes about as much text as two characters of a script that writes syllables or whole words.
    share.foreign += isCjk(main) && !isCjk(script) ? Math.min(2, letters) : letters
    if (!isCjk(script)) return
    share.cjkRun = Math.max(share.cjkRun, letters)
    share.cjkTotal += letters
  })
  return share
}

/** Greek letters and short Latin ones name variables, angles, units and functions in every language. */
function isSymbol(script: Script, letters: number): boolean {
  return (script === 'Greek' && letters <= 4) || (script === 'Latin' && letters <= 3)
}

function isCjk(script: Script): boolean {
  return script === 'Han' || script === 'Kana' || script === 'Hangul'
}
