import { randomFrom } from '../problems/builtin/random.ts'
import { problemId, type Problem } from '../schemas/problem.ts'

/** A made problem; a planted one is a copy of another, or an item of the benchmark. */
export type PlantedRow = {
  problem: Problem
  /** How it was changed: a key of `plants`, empty for a problem that is like no other. */
  plant: string
  /** Rows between it and the problem that it is a copy of; 0 for what is no copy. */
  back: number
}

const nextNumber = (text: string): string => text.replace(/\d+/g, (digits) => String(Number(digits) + 1))

/** Copies of other problems. */
const copies: Record<string, (text: string) => string> = {
  'one word': (text) => text.replace(/ and /, ' and also '),
  swapped: (text) => text.replace(/^(.*?\.) (.*?\.) /, '$2 $1 '),
  layout: (text) => text.toUpperCase().replaceAll(' ', '  '),
  wrapper: (text) => `12. ${text} Please put your final answer within \\boxed{}.`,
  'numbers (must stay)': nextNumber,
}

/** Items of the benchmark. */
const pastes: Record<string, (text: string) => string> = {
  paste: (text) => text,
  spacing: (text) => text.replaceAll(' ', ' \n '),
  LaTeX: (text) =>
    text
      .replaceAll('\\frac', '\\dfrac')
      .replaceAll('(', '\\left(')
      .replaceAll(')', '\\right)')
      .replaceAll('$', '\\displaystyle '),
  'longer prompt': (text) => `Please read this with care. ${text} Explain every step of your solution.`,
  'digits changed': nextNumber,
  'digits changed, longer prompt': (text) =>
    `Please read this with care. ${nextNumber(text)} Explain every step.`,
  'without punctuation': (text) => text.replace(/[.,?]/g, ''),
}

/** Every way of planting: `near-duplicate: …` and `contamination: …`. */
export const plants: readonly string[] = [
  ...Object.keys(copies).map((name) => `near-duplicate: ${name}`),
  ...Object.keys(pastes).map((name) => `contamination: ${name}`),
]

/** Whether a plant is a copy that a filter has to keep. */
export function mustStay(plant: string): boolean {
  return plant.includes('must stay')
}

/** The items of the benchmark, the same every time. */
export function plantedItems(): string[] {
  return Array.from({ length: 1000 }, (_, index) => written(`item ${index}`))
}

/**
 * Made problems, and copies in one of twenty and items of the benchmark in one of a hundred, the same every time. One row
 * at a time, so that whoever measures memory does not measure this.
 */
export function* plantedProblems(count: number): Generator<PlantedRow> {
  const items = plantedItems()
  for (let each = 0; each < count; each++) {
    const prompt = written(`problem ${each}`)
    yield { problem: problem(prompt, String(each)), plant: '', back: 0 }
    if (each % 20 === 0) {
      const [name, change] = pick(copies, each / 20)
      const plant = `near-duplicate: ${name}`
      // A copy has the answer of its original, a problem with other numbers another one.
      yield { problem: problem(change(prompt), mustStay(plant) ? 'other' : String(each)), plant, back: 1 }
    }
    if (each % 100 === 0) {
      const [name, change] = pick(pastes, each / 100)
      const item = items[(each / 100) % items.length]!
      yield { problem: problem(change(item), 'of a benchmark'), plant: `contamination: ${name}`, back: 0 }
    }
  }
}

function pick<Value>(of: Record<string, Value>, index: number): [string, Value] {
  const entries = Object.entries(of)
  return entries[index % entries.length]!
}

function problem(prompt: string, answer: string): Problem {
  const { id, ...rest } = { id: problemId({ prompt, choices: [] }), prompt, answers: [answer] }
  return {
    id,
    ...rest,
    choices: [],
    task: 'math',
    source: 'made',
    source_id: '',
    license: 'cc0-1.0',
    domain: '',
    difficulty: '',
  }
}

const syllables = ['ba', 'ke', 'lo', 'mi', 'nu', 'pa', 're', 'si', 'to', 'vu', 'wa', 'dri', 'gle', 'sta']

/** Made words, so that texts share as little as those of different authors do. */
function made(count: number, ending: string): string[] {
  const random = randomFrom('made words', ending, count)
  return Array.from({ length: count }, () => {
    const parts = Array.from({ length: random.integer(2, 3) }, () => random.pick(syllables))
    return parts.join('') + ending
  })
}

const people = made(300, 'ner').map((name) => `the ${name}`)
const things = made(600, 's')
const verbs = made(300, 'es')
const places = made(301, '').map((name) => `in ${name}`)
const questions = ['How many', 'Which', 'How heavy', 'What part of']

/** Sentences by lot with a formula among them: hardly two problems share a run of words beyond a sentence. */
function written(name: string): string {
  const random = randomFrom('planted', name)
  const number = (): number => random.integer(2, 997)
  const sentence = (): string =>
    `${capital(random.pick(people))} ${random.pick(verbs)} ${number()} ${random.pick(things)} ${random.pick(places)} and ${random.pick(verbs)} $\\frac{${number()}}{${number()}}$ of the ${random.pick(things)} ${random.pick(places)}.`
  return `${sentence()} ${sentence()} ${sentence()} ${random.pick(questions)} ${random.pick(things)} (of ${number()}) if ${random.pick(people)} ${random.pick(verbs)} ${number()} ${random.pick(things)}?`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
