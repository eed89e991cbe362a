import { parseArgs } from 'node:util'
import { collectOften } from '../schemas/heap-growth.ts'
import { findContamination, findDuplicates, peak, type PlantedFindings } from './planted-findings.ts'

/*
 * Near-duplicates and contamination planted among other problems: recall, precision, time and memory. One problem in
 * twenty is planted as a copy with a changed word, swapped sentences, another layout, a wrapper or other numbers, which
 * must not be merged; one in a hundred is an item of a benchmark, pasted, spread, in other LaTeX, in a longer prompt or
 * with other numbers. Problems are made one at a time and what is remembered of them lies on disk, so the memory is that of
 * the filters and of the program itself.
 * Usage: node bench/duplicates.ts [--problems 20000]
 */

const { values } = parseArgs({ options: { problems: { type: 'string', default: '20000' } } })
const count = Number(values.problems)

// As the command line has it.
collectOften()
const atStart = peak()
const duplicates = await findDuplicates(count)
report(duplicates, 'merged')
const contaminated = await findContamination(count)
report(contaminated, 'found')
process.stdout.write(
  `peak memory: ${atStart} MB before, ${duplicates.peak} MB after near-duplicates, ${contaminated.peak} MB after contamination\n`,
)

function report({ rows, plants, wrong, times }: PlantedFindings, word: string): void {
  process.stdout.write(`${`${rows} problems`.padEnd(50)} planted ${word.padStart(7)}   share\n`)
  let right = 0
  for (const { plant, planted, found } of plants) {
    if (!plant.includes('must stay')) right += found
    process.stdout.write(
      `${plant.padEnd(48)} ${String(planted).padStart(9)} ${String(found).padStart(7)} ${(found / planted).toFixed(4).padStart(7)}\n`,
    )
  }
  process.stdout.write(
    `not planted and ${word}: ${wrong}, precision ${(right / (right + wrong)).toFixed(4)}\n`,
  )
  const parts = Object.entries(times).map(
    ([name, seconds]) =>
      `${name} ${seconds.toFixed(1)} s, ${((seconds / rows) * 1e6).toFixed(1)} µs a problem`,
  )
  process.stdout.write(`CPU: ${parts.join('; ')}\n\n`)
}
