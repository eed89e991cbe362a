import { z } from 'zod'
import type { Problem } from '../schemas/problem.ts'
import type { TraceFilter } from './filter.ts'
import { proseOf } from './text/prose.ts'
import { type Script, type ScriptRun, scriptRuns } from './text/scripts.ts'

const Options = z.strictObject({
  min_share: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe('least share of the letters of a text that are in a script of its prompt'),
  min_letters: z
    .int()
    .positive()
    .default(40)
    .describe('the share is judged in texts with at least this many letters'),
  cjk_run: z
    .int()
    .positive()
    .default(5)
    .describe(
      'Chinese, Japanese or Korean characters in a row that are mixing where the prompt is in Latin script',
    ),
  cjk_total: z.int().positive().default(10).describe('the same, in any places of the text'),
})
type Options = z.infer<typeof Options>

/**
 * Language mixing, judged by script with maths and code taken out: DeepSeek-R1 (arXiv 2501.12948) rewards language
 * consistency and filters mixed traces; the thresholds are our own. Languages that share a script are not told apart.
 * Reasoning and answer are judged apart, so that a long one does not hide the other.
 */
export const language: TraceFilter<Options> = {
  name: 'language',
  version: '1',
  defaultOn: true,
  reasons: { language_mixing: 'Part of the text is not in the script of its prompt.' },
  options: Options,
  create:
    (options) =>
    ({ problem, trace }) => {
      const expected = promptScripts(problem)
      if (expected === undefined) return []
      const mixed = [trace.reasoning, trace.answer].some((text) => isMixed(text, expected, options))
      return mixed ? ['language_mixing'] : []
    },
}

type Expected = { main: Script; all: ReadonlySet<Script> }

/**
 * The script that most of the prompt is in, with every other script that it uses. Latin letters in a prompt of another
 * script are names of variables and units, and do not make an English trace right.
 */
function promptScripts({ prompt, choices }: Problem): Expected | undefined {
  const letters = new Map<Script, number>()
  for (const { script, letters: count } of scriptRuns(proseOf([prompt, ...choices].join('\n')))) {
    letters.set(script, (letters.get(script) ?? 0) + count)
  }
  let main: Script | undefined
  for (const [script, count] of letters) {
    if (main === undefined || count > (letters.get(main) ?? 0)) main = script
  }
  if (main === undefined) return undefined
  return { main, all: new Set([...letters.keys()].filter((script) => script === main || script !== 'Latin')) }
}

function isMixed(text: string, expected: Expected, options: Options): boolean {
  let letters = 0
  let own = 0
  let foreign = 0
  let cjkRun = 0
  let cjkTotal = 0
  for (const run of scriptRuns(proseOf(text))) {
    letters += run.letters
    if (expected.all.has(run.script)) own += run.letters
    else if (!isSymbol(run)) {
      foreign += weightOf(run, expected.main)
      if (isCjk(run.script)) {
        cjkRun = Math.max(cjkRun, run.letters)
        cjkTotal += run.letters
      }
    }
  }
  const cjk = cjkRun >= options.cjk_run || cjkTotal >= options.cjk_total
  if (cjk && expected.main === 'Latin') return true
  return letters >= options.min_letters && own < options.min_share * (own + foreign)
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
