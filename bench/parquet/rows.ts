import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { z } from 'zod'

/** A row of traces as they are published: about 20 kB, nearly all of it in the reasoning. */
export const TraceRow = z.strictObject({
  id: z.string(),
  pair_id: z.string(),
  source: z.string(),
  license: z.string().nullable(),
  domain: z.enum(['algebra', 'geometry', 'counting', 'number theory']),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string() })),
  reasoning: z.string(),
  answer: z.string(),
  final_answer: z.string().nullable(),
  correct: z.boolean().nullable(),
  tags: z.array(z.string()),
  created: z.int().meta({ arrow: 'int64' }),
  temperature: z.number(),
  tokens: z.strictObject({ reasoning: z.int(), answer: z.int() }),
  model: z.string(),
})
export type TraceRow = z.infer<typeof TraceRow>

const vocabulary = 30_000
const domains = ['algebra', 'geometry', 'counting', 'number theory'] as const
const formulas = [
  (n: number) => `\\frac{${n}}{${(n % 17) + 2}}`,
  (n: number) => `$x_{${n % 9}}^2 + ${n}x = ${n * 3}$`,
  (n: number) => `\\[\\sum_{k=1}^{${n % 40}} k^2 = ${n * 7}\\]`,
  (n: number) => `$\\sqrt{${n}}$`,
]

/** A generator of numbers between 0 and 1 (xorshift of 32 bits). */
function randomOf(seed: number): () => number {
  let state = (Math.imul(seed + 1, 2_654_435_761) ^ 0x9e3779b9) | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Words made of syllables, the commoner the shorter. */
function makeWords(): string[] {
  const random = randomOf(7)
  const [begins, ends] = [
    'b c d f g h l m n p r s t v st tr pl'.split(' '),
    'a e i o u an en is or al'.split(' '),
  ]
  return Array.from({ length: vocabulary }, (_, rank) => {
    const syllables = 1 + Math.floor(Math.log10(rank + 1) / 1.6 + random())
    let word = ''
    for (let index = 0; index < syllables; index++)
      word += begins[Math.floor(random() * begins.length)]! + ends[Math.floor(random() * ends.length)]!
    return word
  })
}

const words = makeWords()

/** Words by Zipf's law with formulas and paragraphs between, of about so many characters. */
function textOf(random: () => number, length: number): string {
  let text = ''
  let sinceFormula = 0
  while (text.length < length) {
    // The inverse of a distribution whose density falls with the rank.
    text += words[Math.floor(vocabulary ** random()) - 1]!
    sinceFormula += 1
    if (sinceFormula > 12 && random() < 0.12) {
      text += ` ${formulas[Math.floor(random() * formulas.length)]!(Math.floor(random() * 1000))}`
      sinceFormula = 0
    }
    const end = random()
    text += end < 0.06 ? '. ' : end < 0.07 ? '.\n\nWait, ' : ' '
  }
  return text
}

/** The row of a number, always the same one. Lengths of reasoning spread as traces do. */
export function traceRow(index: number): TraceRow {
  const random = randomOf(index)
  for (let warm = 0; warm < 8; warm++) random()
  const reasoning = textOf(random, 4000 + 22_000 * random() ** 2 + 3000 * random())
  const answer = textOf(random, 1500 + 2500 * random())
  const number = String(Math.floor(random() * 10_000))
  return {
    id: `${hex(random)}${hex(random)}-reasoning`,
    pair_id: `${hex(random)}${hex(random)}`,
    source: ['numina', 'aops', 'olympiads'][index % 3]!,
    license: index % 11 === 0 ? null : 'apache-2.0',
    domain: domains[Math.floor(random() * domains.length)]!,
    messages: [
      { role: 'user', content: textOf(random, 200 + 400 * random()) },
      { role: 'assistant', content: textOf(random, 1500 + 2500 * random()) },
    ],
    reasoning,
    answer,
    final_answer: index % 13 === 0 ? null : number,
    correct: index % 7 === 0 ? null : random() < 0.7,
    tags: index % 4 === 0 ? [] : ['checked', domains[index % 4]!],
    created: 1_760_000_000_000 + index * 1013,
    temperature: 0.6,
    tokens: { reasoning: Math.floor(reasoning.length / 3.6), answer: Math.floor(answer.length / 3.6) },
    model: index % 2 === 0 ? 'deepseek-r1' : 'qwen3-235b',
  }
}

function hex(random: () => number): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')
}

/** So many rows. */
export function* traceRows(count: number): Generator<TraceRow> {
  for (let index = 0; index < count; index++) yield traceRow(index)
}

/** Writes such rows as lines of JSON and gives their number of bytes. */
export async function writeLines(path: string, rows: Iterable<unknown>): Promise<number> {
  const file = createWriteStream(path)
  for (const row of rows) if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain')
  file.end()
  await finished(file)
  return file.bytesWritten
}
