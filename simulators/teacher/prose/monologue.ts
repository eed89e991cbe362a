import type { Random } from '../../../problems/builtin/random.ts'
import type { Script } from './manner.ts'
import { type Phrase, deck, leading } from './phrase.ts'
import { sideWork } from './side-work.ts'

/** The phrases of a manner of thinking aloud. Slots: `[domain]`, `[aDomain]`, `[answer]`, and the two of `leading`. */
export type Voice = {
  /** First words. */
  openings: readonly Phrase[]
  /** Leads into the question. */
  restatements: readonly Phrase[]
  plans: readonly Phrase[]
  /** Lead into a step. */
  steps: readonly Phrase[]
  /** Take back a false start. */
  corrections: readonly Phrase[]
  /** First statement of the result: `[answer]`. */
  results: readonly Phrase[]
  /** Lead into a repeated step or a check. */
  rechecks: readonly Phrase[]
  /** Lead into side calculations. */
  doubts: readonly Phrase[]
  /** Say that a doubt is settled. */
  reliefs: readonly Phrase[]
  /** Last words of the reasoning: `[answer]`. */
  endings: readonly Phrase[]
  /** Between paragraphs. */
  separator: string
  /** Side calculations in one paragraph, at most. */
  calculations: number
}

/**
 * Thinks aloud: opening, plan, the steps, a first result, then checks and doubts until the length is reached. A script
 * that is too long for the length loses its preliminaries first.
 */
export function monologue(script: Script, voice: Voice, random: Random): string {
  const article = /^[aeiou]/.test(script.domain) ? 'an' : 'a'
  const slots = { domain: script.domain, aDomain: `${article} ${script.domain}`, answer: script.spoken }
  const say = (phrases: readonly Phrase[], text = ''): string =>
    random.pick(phrases)(random, { ...slots, ...leading(text) })
  const paragraphs: string[] = []
  let length = 0
  function add(paragraph: string): void {
    paragraphs.push(paragraph)
    length += paragraph.length + voice.separator.length
  }

  const roomy = script.reasoningCharacters > script.steps.join(' ').length * 1.5
  add(say(voice.openings))
  if (roomy) {
    add(say(voice.restatements, script.prompt))
    add(say(voice.plans))
  }
  const lead = deck(voice.steps, random)
  script.steps.forEach((step, index) => {
    if (index === script.steps.length - 1 && script.falseStart !== null && roomy) {
      add(`${lead(leading(script.falseStart))} ${say(voice.corrections)}`)
    }
    add(lead(leading(step)))
  })
  add(say(voice.results))

  const ending = say(voice.endings)
  const confirm = deck(voice.rechecks, random)
  const doubt = deck(voice.doubts, random)
  const relief = deck(voice.reliefs, random)
  const calculate = sideWork(script, random)
  // Each step and check is gone through once more at most: a third time would be a loop.
  const again = random.shuffle([...script.checks, ...script.steps])
  while (length + ending.length < script.reasoningCharacters) {
    const repeated = random.chance(0.3) ? again.pop() : undefined
    if (repeated !== undefined) {
      add(`${confirm(leading(repeated))} ${relief()}`)
      continue
    }
    const sentences: string[] = []
    const count = random.integer(1, voice.calculations)
    for (let index = 0; index < count; index++) sentences.push(calculate())
    const closing = random.chance(0.6) ? ` ${relief()}` : ''
    add(`${doubt({ ...leading(sentences.join(' ')), domain: script.domain })}${closing}`)
  }
  add(ending)
  return paragraphs.join(voice.separator)
}
