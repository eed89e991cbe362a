import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { countClass, defectClasses } from './filter-truth/classes.ts'
import { judgedTraces } from './filter-truth/judged.ts'
import { spoiltRun } from './filter-truth/spoilt-run.ts'
import { findContamination, findDuplicates } from './planted-findings.ts'

/*
 * How well do the filters find what is wrong? The simulated teacher writes down what it spoilt in each answer, and every
 * reason in the decisions of a run is held against that. Recall is the share of the traces with a defect that have a reason
 * which names it, traces left out in which another defect takes its place; precision the share of all traces with such a
 * reason, whatever other reasons they have, that have the defect or another one that entails it. Near-duplicates and
 * contamination are planted among made problems. Filters see what they see in any run: texts, finish states, verdicts.
 * Exit code 1 where a share is too small.
 * Usage: node bench/filter-truth.ts [--problems 2560] [--keep] [--misses] [RUN_FOLDER with decisions]
 */

const least = 0.98
/** Measured with real benchmarks; a run of words that is interrupted by numbers everywhere has none of 13 words. */
const leastInside = 0.89

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    problems: { type: 'string', default: '2560' },
    keep: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
  },
})

const [given] = positionals
const { run, folder, cpuMs } =
  given === undefined ? await spoiltRun(Number(values.problems)) : { run: given, folder: '', cpuMs: 0 }
try {
  const all = await judgedTraces(run)
  process.stdout.write(
    `${all.length} traces of a simulated teacher${cpuMs === 0 ? '' : `, made in ${Math.round(cpuMs / 1000)} s of CPU`}\n\n`,
  )
  process.stdout.write(`${'defect'.padEnd(46)} visible   found   named   right  precision  recall\n`)
  for (const each of defectClasses) {
    const { visible, found, named, right, missed, false: wrong } = countClass(each, all)
    row(each.name, [visible, found, named, right], least)
    if (!values.misses) continue
    for (const [word, some] of Object.entries({ missed, false: wrong }))
      for (const { key, mode, defects, reasons } of some.slice(0, 8))
        process.stdout.write(
          `    ${word} ${key} ${mode}: ${[...defects].join(', ')} – ${reasons.join(', ') || 'kept'}\n`,
        )
  }
  const clean = all.filter(({ defects }) => defects.size === 0)
  const lost = clean.filter(({ reasons }) => reasons.length > 0)
  for (const { rows, plants, wrong } of [await findDuplicates(20_000), await findContamination(200_000)]) {
    process.stdout.write(`${rows} problems\n`)
    let right = 0
    for (const { plant, planted, found } of plants) {
      if (plant.includes('must stay')) {
        note(plant, planted, found)
        continue
      }
      right += found
      row(plant, [planted, found], plant.includes('digits changed, longer') ? leastInside : least)
    }
    note('neither planted nor right', rows, wrong)
    if (right / (right + wrong) < least) process.exitCode = 1
  }
  process.stdout.write(
    `\n${clean.length} traces have no defect; a reason speaks against ${lost.length} of them${lost.length === 0 ? '' : `: ${[...new Set(lost.flatMap(({ reasons }) => reasons))].join(', ')}`}\n`,
  )
  if (lost.length / clean.length > 1 - least) process.exitCode = 1
} finally {
  if (folder !== '' && !values.keep) await rm(folder, { recursive: true, force: true })
  else process.stdout.write(`the run: ${run}\n`)
}

/** @param counts visible and found, and where they were counted, named and right */
function row(name: string, counts: readonly number[], bound: number): void {
  const [visible, found, named, right] = counts as [number, number, number?, number?]
  const [recall, precision] = [found / visible, named === undefined ? undefined : right! / named]
  const isLow = !(recall >= bound) || (precision !== undefined && !(precision >= bound))
  if (isLow) process.exitCode = 1
  const cells = [visible, found, named, right].map((count) => String(count ?? '').padStart(7)).join(' ')
  process.stdout.write(
    `${name.padEnd(46)} ${cells}  ${(precision?.toFixed(4) ?? '').padStart(9)}  ${recall.toFixed(4)}${isLow ? `  below ${bound}` : ''}\n`,
  )
}

function note(name: string, all: number, found: number): void {
  process.stdout.write(`${name.padEnd(46)} ${String(all).padStart(7)} ${String(found).padStart(7)}\n`)
}
