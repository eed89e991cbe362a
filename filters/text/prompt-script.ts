import type { Problem } from '../../schemas/problem.ts'
import { proseOf } from './prose.ts'
import { type Script, visitScriptRuns } from './scripts.ts'

/** How many letters of a text are of each script, outside of maths and code. */
export function scriptLetters(text: string): Map<Script, number> {
  const letters = new Map<Script, number>()
  visitScriptRuns(proseOf(text), (script, count) => {
    // Greek letters name angles and constants in every language.
    if (script === 'Greek' && count <= 4) return
    letters.set(script, (letters.get(script) ?? 0) + count)
  })
  return letters
}

/** The script that most letters of a prompt are of, and their share; without letters it has none. */
export function promptScript({ prompt }: Pick<Problem, 'prompt'>): {
  script: Script | ''
  share: number | null
} {
  const letters = [...scriptLetters(prompt)]
  const [most] = letters.toSorted(([, one], [, other]) => other - one)
  if (most === undefined) return { script: '', share: null }
  const all = letters.reduce((sum, [, count]) => sum + count, 0)
  return { script: most[0], share: Math.round((most[1] / all) * 10_000) / 10_000 }
}
