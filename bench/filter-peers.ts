import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { noFiles } from '../filters/apply.ts'
import type { Sample, SampleFilter } from '../filters/filter.ts'
import { contamination } from '../filters/problem/contamination.ts'
import { repeatedLinesFilter } from '../filters/sample/repeated-lines.ts'
import { repetition } from '../filters/sample/repetition.ts'
import { nearDuplicate } from '../filters/set/near-duplicate.ts'
import type { ComparingRules } from '../filters/set-filter.ts'
import { samplesOf } from './filter-samples.ts'
import { madeTexts } from './filter-texts.ts'
import { plantedItems, plantedProblems } from './planted-problems.ts'

/*
 * The same texts through these filters and through datatrove's, in the same run and one after the other, CPU of one core:
 * repetition (ours: `repetition` and `repeated-lines`; theirs: Gopher), MinHash signatures, and shared runs of words with
 * 1,000 items. Theirs are called directly, without reading and writing. Once over long texts of 14 kB, once over problems.
 * The rules differ: Gopher looks at n-grams of 2 to 10 words and stops at the first bound that a text breaks; ours look at
 * runs of 3 and 20 words, at the end of a text and at lines, and find all.
 * Usage: node bench/filter-peers.ts --python PATH (of an environment with datatrove, spacy, regex, tokenizers and xxhash below 4) [--texts 200] [--rounds 3]
 */

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    texts: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
  },
})
const count = Number(values.texts)
const rounds = Number(values.rounds)
const items = plantedItems()

const folder = await mkdtemp(join(tmpdir(), 'twinstill-peers-'))
try {
  await compare('texts of 14 kB', madeTexts(count))
  const problems = [...plantedProblems(count * 10)].map(({ problem: { prompt } }) => ({
    text: prompt,
    prompt,
  }))
  await compare('problems of 500 characters', problems)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function compare(name: string, texts: readonly { text: string; prompt: string }[]): Promise<void> {
  const theirs = await datatrove(texts.map(({ text }) => text))
  const samples = samplesOf(texts)
  const ours = [
    ['repetition', 'repetition', cost(samples, repetitionOf())],
    ['MinHash, 3 words, 20 × 5', 'minhash', cost(samples, minHashOf({}))],
    ['MinHash, 5 words, 14 × 8', 'minhash', cost(samples, minHashOf({ shingle: 5, bands: 14, rows: 8 }))],
    ['decontamination', 'decontamination', cost(samples, decontaminationOf())],
  ] as const
  process.stdout.write(`${`${texts.length} ${name}`.padEnd(36)} µs a text: ours  datatrove    times\n`)
  const line = (what: string, mine: number | undefined, other: number): void => {
    const [one, two] = [mine ?? NaN, other].map((seconds) => (seconds / texts.length) * 1e6)
    process.stdout.write(
      `${what.padEnd(36)} ${(mine === undefined ? '' : one!.toFixed(1)).padStart(15)} ${two!.toFixed(1).padStart(10)} ${(mine === undefined ? '' : (two! / one!).toFixed(1)).padStart(8)}\n`,
    )
  }
  for (const [what, key, seconds] of ours) line(what, seconds, theirs[key]!)
  line('of repetition: splitting into words', undefined, theirs['words']!)
  process.stdout.write('\n')
}

/** With what is measured for the columns of the dataset. */
function repetitionOf(): (sample: Sample) => unknown {
  const filters = [repetition as SampleFilter, repeatedLinesFilter as SampleFilter].map((filter) => ({
    filter,
    check: filter.create!(filter.options.parse({}), noFiles),
  }))
  return (sample) => filters.map(({ filter, check }) => check(sample, filter.measure?.(sample) ?? {}))
}

function minHashOf(options: Record<string, number>): (sample: Sample) => unknown {
  const rules = nearDuplicate.create(nearDuplicate.options.parse(options)) as ComparingRules<unknown>
  return ({ problem, trace }) => {
    const prompt = trace.reasoning + trace.answer
    return rules.add({ problem: { ...problem, prompt, choices: [] }, position: '', idScope: '' })
  }
}

function decontaminationOf(): (sample: Sample) => unknown {
  const rows = items.map((problem, id) => ({ problem, id: String(id) }))
  const check = contamination.create(
    contamination.options.parse({ benchmarks: { made: { file: 'made' } } }),
    { verifyGolds: async () => [], countTokens: () => 0, files: () => rows },
  )
  return ({ problem, trace }) => {
    const prompt = trace.reasoning + trace.answer
    return check([{ problem: { ...problem, prompt, choices: [] }, position: '', idScope: '' }])
  }
}

/** Least CPU seconds of a round over all samples, after one that does not count. */
function cost(samples: readonly Sample[], look: (sample: Sample) => unknown): number {
  let best = Infinity
  for (let round = 0; round <= rounds; round++) {
    const before = process.cpuUsage()
    for (const sample of samples) look(sample)
    const { user, system } = process.cpuUsage(before)
    if (round > 0) best = Math.min(best, (user + system) / 1e6)
  }
  return best
}

async function datatrove(texts: readonly string[]): Promise<Record<string, number>> {
  const [textsFile, itemsFile] = [join(folder, 'texts.jsonl'), join(folder, 'items.jsonl')]
  await writeFile(textsFile, jsonl(texts.map((text) => ({ text }))))
  await writeFile(itemsFile, jsonl(items.map((problem) => ({ problem }))))
  const script = fileURLToPath(new URL('filter-peers/datatrove_costs.py', import.meta.url))
  const { stdout } = await promisify(execFile)(values.python, [
    script,
    textsFile,
    itemsFile,
    folder,
    String(rounds),
  ])
  return JSON.parse(stdout) as Record<string, number>
}

function jsonl(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
