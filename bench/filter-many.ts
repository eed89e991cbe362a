import { parseArgs } from 'node:util'
import { judgeSamples } from '../filters/apply.ts'
import { sampleFilters } from '../filters/registry.ts'
import { sampleOf } from './filter-samples.ts'
import { madeText } from './filter-texts.ts'

/*
 * Every filter of answers that needs no file, those too that are off by default, over many answers of 14 kB, made one at a
 * time: answers a second and core, and the highest memory of the process after each tenth, which must not grow with them.
 * Making the texts is not counted.
 * Usage: node bench/filter-many.ts [--samples 100000]
 */

const { values } = parseArgs({ options: { samples: { type: 'string', default: '100000' } } })
const count = Number(values.samples)
const on = sampleFilters.filter((filter) => filter.files === undefined)
const judge = judgeSamples(Object.fromEntries(on.map(({ name, options }) => [name, options.parse({})])))

process.stdout.write(`${on.length} filters: ${on.map(({ name }) => name).join(', ')}\n\n`)
process.stdout.write('  answers  answers a second and core  peak memory\n')
const tenth = Math.ceil(count / 10)
let seconds = 0
let dropped = 0
for (let seed = 0; seed < count;) {
  // A hundred at a time, because reading the clock of the processor costs as much as a small filter.
  const samples = Array.from({ length: Math.min(100, count - seed) }, (_, at) =>
    sampleOf(madeText(seed + at), seed + at),
  )
  const before = process.cpuUsage()
  for (const sample of samples) if (judge(sample).reasons.length > 0) dropped += 1
  const { user, system } = process.cpuUsage(before)
  seconds += (user + system) / 1e6
  seed += samples.length
  if (seed % tenth >= 100 && seed < count) continue
  const memory = Math.round(process.resourceUsage().maxRSS / 1024)
  process.stdout.write(
    `${String(seed).padStart(9)} ${(seed / seconds).toFixed(0).padStart(26)} ${String(memory).padStart(9)} MB\n`,
  )
}
process.stdout.write(`\n${dropped} with reasons against them\n`)
