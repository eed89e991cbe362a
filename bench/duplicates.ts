import { builtinProblems } from '../problems/builtin/builtin-problems.ts'
import { randomFrom } from '../problems/builtin/random.ts'
import { contamination } from '../filters/problem/contamination.ts'
import { nearDuplicate } from '../filters/set/near-duplicate.ts'
import type { ComparingRules, Remembered } from '../filters/set-filter.ts'
import { problemId, type Problem } from '../schemas/problem.ts'

/*
 * Near-duplicates and contamination planted among other problems: recall, precision, time and memory. One problem in
 * twenty is planted as a copy with a changed word, swapped sentences, another layout or a wrapper, as many with other
 * numbers, which must not be merged; one in a hundred is an item of a benchmark, pasted, spread, in a longer prompt or
 * with other numbers.
 * Usage: node bench/duplicates.ts [--problems 20000]
 */

const at = process.argv.indexOf('--problems')
const count = at === -1 ? 20_000 : Number(process.argv[at + 1])
const random = randomFrom('duplicates', 1)

const syllables = ['ba', 'ke', 'lo', 'mi', 'nu', 'pa', 're', 'si', 'to', 'vu', 'wa', 'dri', 'gle', 'sta']
/** Made words, so that texts share as little as those of different authors do. */
const made = (count: number, ending: string): string[] =>
  Array.from({ length: count }, () => {
    const parts = Array.from({ length: random.integer(2, 3) }, () => random.pick(syllables))
    return parts.join('') + ending
  })
const people = made(300, 'ner').map((name) => `the ${name}`)
const things = made(600, 's')
const verbs = made(300, 'es')
const places = made(300, '').map((name) => `in ${name}`)
const questions = ['How many', 'Which', 'How heavy', 'What part of']
const number = (): number => random.integer(2, 997)

/** Sentences by lot: hardly two problems share a run of words beyond a sentence. */
function written(): string {
  const sentence = (): string =>
    `${capital(random.pick(people))} ${random.pick(verbs)} ${number()} ${random.pick(things)} ${random.pick(places)} and ${random.pick(verbs)} ${number()} of the ${random.pick(things)} ${random.pick(places)}.`
  return `${sentence()} ${sentence()} ${sentence()} ${random.pick(questions)} ${random.pick(things)} if ${random.pick(people)} ${random.pick(verbs)} ${number()} ${random.pick(things)}?`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const planting: Record<string, (text: string) => string> = {
  'one word': (text) => text.replace(/ and /, ' and also '),
  swapped: (text) => text.replace(/^(.*?\.) (.*?\.) /, '$2 $1 '),
  layout: (text) => text.toUpperCase().replaceAll(' ', '  '),
  wrapper: (text) => `12. ${text} Please put your final answer within \\boxed{}.`,
  'numbers (must stay)': (text) => text.replace(/\d+/g, (digits) => String(Number(digits) + 1)),
}
const pasting: Record<string, (text: string) => string> = {
  paste: (text) => text,
  spacing: (text) => text.replaceAll(' ', ' \n '),
  'longer prompt': (text) => `Please read this with care. ${text} Explain every step of your solution.`,
  'digits changed': (text) => text.replace(/\d+/g, (digits) => String(Number(digits) + 1)),
  'digits changed, longer prompt': (text) =>
    `Please read this with care. ${text.replace(/\d+/g, (digits) => String(Number(digits) + 1))} Explain every step.`,
  'without punctuation': (text) => text.replace(/[.,?]/g, ''),
}

const base: Problem = {
  ...builtinProblems({ count: 1, seed: 1 })[Symbol.iterator]().next().value!,
  id: '',
  answers: [],
  choices: [],
}
/** A copy has the answer of its original, a problem with other numbers another one. */
const problem = (prompt: string, answer: string): Problem => ({
  ...base,
  id: problemId({ prompt, choices: [] }),
  prompt,
  answers: [answer],
})

type Row = { problem: Problem; plant: string; of: string }
const rows: Row[] = []
const items = Array.from({ length: 1000 }, written)
for (let each = 0; each < count; each++) {
  const prompt = written()
  const original = problem(prompt, String(each))
  rows.push({ problem: original, plant: '', of: '' })
  if (each % 20 === 0)
    for (const [plant, change] of pick(planting, each / 20))
      rows.push({
        problem: problem(change(prompt), plant.includes('must stay') ? 'other' : String(each)),
        plant,
        of: original.id,
      })
  if (each % 100 === 0)
    for (const [plant, change] of pick(pasting, each / 100))
      rows.push({
        problem: problem(change(items[(each / 100) % items.length]!), 'of a benchmark'),
        plant: `benchmark: ${plant}`,
        of: '',
      })
}

function pick<Value>(of: Record<string, Value>, index: number): [string, Value][] {
  const entries = Object.entries(of)
  return [entries[index % entries.length]!]
}

const started = process.cpuUsage()
const rules = nearDuplicate.create(nearDuplicate.options.parse({})) as ComparingRules<unknown>
const memories = rows.map((row, index): Remembered<unknown> => ({
  problem: row.problem.id,
  position: `row ${index}`,
  memory: rules.add({ problem: row.problem, position: '', idScope: '' }),
}))
const hashed = process.cpuUsage(started)
const dropped = new Map(
  [
    ...rules.compare(
      () => true,
      (place) => memories[place]!,
    ),
  ].map(({ place, finding }) => [place, finding]),
)
const compared = process.cpuUsage(started)

const ofPlant = Map.groupBy(
  rows.map((row, place) => ({ ...row, place })),
  ({ plant }) => plant,
)
const ids = new Map(rows.map(({ problem: { id } }, place) => [id, place]))
process.stdout.write(
  `${rows.length} problems of ${Math.round(rows.reduce((sum, { problem: { prompt } }) => sum + prompt.length, 0) / rows.length)} characters\n\nplanted near-duplicates               planted  merged   share\n`,
)
let right = 0
for (const [plant, all] of ofPlant) {
  if (plant === '' || plant.startsWith('benchmark')) continue
  const merged = all.filter(({ place, of }) => dropped.has(place) || dropped.has(ids.get(of)!)).length
  if (!plant.includes('must stay')) right += merged
  process.stdout.write(line(plant, all.length, merged))
}
const wrong = dropped.size - right
process.stdout.write(
  `\nmerged ${dropped.size}, of which not planted ${wrong}: precision ${(1 - wrong / dropped.size).toFixed(4)}\n`,
)
process.stdout.write(
  `signatures ${perRow(hashed)} µs, comparison ${perRow({ user: compared.user - hashed.user, system: compared.system - hashed.system })} µs of CPU a problem\n\n`,
)

const files = () => items.map((text, id) => ({ problem: text, id: String(id) }))
const check = contamination.create(contamination.options.parse({ benchmarks: { made: { file: 'made' } } }), {
  verifyGolds: async () => [],
  countTokens: () => 0,
  files,
})
const before = process.cpuUsage()
const found = await check(rows.map((row) => ({ problem: row.problem, position: '', idScope: '' })))
const took = process.cpuUsage(before)
process.stdout.write('planted items of a benchmark          planted   found   share\n')
for (const [plant, all] of ofPlant)
  if (plant.startsWith('benchmark'))
    process.stdout.write(
      line(plant.slice(11), all.length, all.filter(({ place }) => found[place] !== undefined).length),
    )
const others = rows.filter(({ plant }) => !plant.startsWith('benchmark')).length
const flagged = rows.filter(
  ({ plant }, place) => !plant.startsWith('benchmark') && found[place] !== undefined,
).length
process.stdout.write(
  `\nfalse ${flagged} of ${others}; ${perRow(took)} µs of CPU a problem; peak memory of the process ${Math.round(process.resourceUsage().maxRSS / 1000)} MB\n`,
)

function line(name: string, all: number, some: number): string {
  return `${name.padEnd(36)} ${String(all).padStart(8)} ${String(some).padStart(7)} ${(some / all).toFixed(4).padStart(7)}\n`
}

function perRow({ user, system }: NodeJS.CpuUsage): string {
  return ((user + system) / rows.length).toFixed(1)
}
