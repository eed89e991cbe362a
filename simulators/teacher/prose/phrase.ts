import type { Random } from '../../../problems/builtin/random.ts'

/** Texts that a phrase may name in square brackets. */
export type Slots = Readonly<Record<string, string>>

/** Slots for a sentence that follows a lead: `[Text]` unchanged, `[text]` to continue after a comma. */
export function leading(sentence: string): { Text: string; text: string } {
  // "Euclid's" and "By Vieta" apart, the steps of solutions begin with ordinary words or formulas.
  const ordinary = /^[A-Z][a-z]*,? [^A-Z]/.test(sentence)
  return { Text: sentence, text: ordinary ? sentence[0]!.toLowerCase() + sentence.slice(1) : sentence }
}

/** A sentence with alternatives, written down once and spoken in many ways. */
export type Phrase = (random: Random, slots?: Slots) => string

type Part = string | { slot: string } | { options: Part[][] }

/**
 * Reads `{So|Then}, [x] {follows|must hold}` into a phrase: braces choose one of their alternatives (they may nest),
 * square brackets name a slot. Compiled once, because a long trace speaks hundreds of them.
 */
export function phrase(template: string): Phrase {
  const { parts } = parse(template, 0)
  return (random, slots = {}) => speak(parts, random, slots)
}

/** One phrase for each line. */
export function phrases(...templates: readonly string[]): Phrase[] {
  return templates.map(phrase)
}

/** Deals phrases in random order and begins anew only when all have been dealt, so that a text does not repeat itself. */
export function deck(phrases: readonly Phrase[], random: Random): (slots?: Slots) => string {
  let pile: Phrase[] = []
  return (slots) => {
    if (pile.length === 0) pile = random.shuffle(phrases)
    return pile.pop()!(random, slots)
  }
}

function speak(parts: readonly Part[], random: Random, slots: Slots): string {
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string') text += part
    else if ('slot' in part) text += slots[part.slot] ?? ''
    else text += speak(random.pick(part.options), random, slots)
  }
  return text
}

function parse(template: string, from: number): { parts: Part[]; end: number; closed: string } {
  const parts: Part[] = []
  let literal = ''
  let at = from
  while (at < template.length) {
    const character = template[at]!
    if (character === '|' || character === '}') {
      if (literal !== '') parts.push(literal)
      return { parts, end: at, closed: character }
    }
    if (character === '{' || character === '[') {
      if (literal !== '') parts.push(literal)
      literal = ''
      const read = character === '{' ? parseOptions(template, at + 1) : parseSlot(template, at + 1)
      parts.push(read.part)
      at = read.end
    } else {
      literal += character
      at++
    }
  }
  if (literal !== '') parts.push(literal)
  return { parts, end: at, closed: '' }
}

function parseOptions(template: string, from: number): { part: Part; end: number } {
  const options: Part[][] = []
  let at = from
  for (;;) {
    const { parts, end, closed } = parse(template, at)
    options.push(parts)
    at = end + 1
    if (closed !== '|') return { part: { options }, end: at }
  }
}

function parseSlot(template: string, from: number): { part: Part; end: number } {
  const end = template.indexOf(']', from)
  return { part: { slot: template.slice(from, end) }, end: end + 1 }
}
