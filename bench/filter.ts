import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { judgeSamples, noFiles, settingsOf } from '../filters/apply.ts'
import type { Sample, SampleFilter } from '../filters/filter.ts'
import { sampleFilters } from '../filters/registry.ts'
import { samplesOf } from './filter-samples.ts'
import { madeTexts, type Text } from './filter-texts.ts'

/*
 * What do the sample filters cost, each and together? Samples have 14 kB of text: simulated maths, LaTeX, code and Chinese
 * in shares as in a run over all of them, or the texts of JSONL files (a member `raw` or `text`, and `problem` where there
 * is one). Each filter sees every sample once a round; the figures are medians over the rounds, the first one left out.
 * `--decisions FILE` writes every decision as a line, to compare two versions of the filters.
 * Usage: node bench/filter.ts [--rounds 5] [--samples 200] [--decisions FILE] [TEXTS.jsonl …]
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    samples: { type: 'string', default: '200' },
    decisions: { type: 'string' },
  },
})

const texts = positionals.length === 0 ? madeTexts(Number(values.samples)) : await readTexts(positionals)
const active = settingsOf<SampleFilter>(sampleFilters, {})
const judge = judgeSamples({})

const decisions = samplesOf(texts).map(judge)
const lines = decisions.map((decision) => `${JSON.stringify(decision)}\n`).join('')
if (values.decisions !== undefined) await writeFile(values.decisions, lines)

const rows = new Map<string, number[]>()
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const { filter, options } of active) {
    const check = filter.create?.(options, noFiles)
    measure(round, filter.name, (sample) => {
      const measured = filter.measure?.(sample) ?? {}
      check?.(sample, measured)
    })
  }
  measure(round, 'all together', judge)
}
const characters = texts.reduce((sum, { text }) => sum + text.length, 0) / texts.length
process.stdout.write(`${texts.length} samples of ${(characters / 1000).toFixed(1)} k characters\n\n`)
for (const [name, all] of rows) {
  const middle = all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!
  process.stdout.write(`${name.padEnd(24)} ${middle.toFixed(3).padStart(7)} ms a sample\n`)
}
const dropped = decisions.filter(({ reasons }) => reasons.length > 0).length
const digest = createHash('sha256').update(lines).digest('hex').slice(0, 16)
process.stdout.write(`\n${dropped} with reasons against them; digest of all decisions ${digest}\n`)

/** New samples every time, because what is computed once for a sample may be kept with it. */
function measure(round: number, name: string, look: (sample: Sample) => unknown): void {
  const samples = samplesOf(texts)
  const before = process.cpuUsage()
  for (const sample of samples) look(sample)
  const { user, system } = process.cpuUsage(before)
  if (round > 0) rows.set(name, [...(rows.get(name) ?? []), (user + system) / 1000 / samples.length])
}

async function readTexts(files: readonly string[]): Promise<Text[]> {
  const all = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  return all.flatMap((content) =>
    content
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { raw, text, problem } = JSON.parse(line) as { raw?: string; text?: string; problem?: string }
        return { text: raw ?? text ?? '', prompt: problem ?? 'What is the answer?' }
      }),
  )
}
