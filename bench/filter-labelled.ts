import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { judgeSamples } from '../filters/apply.ts'
import type { Sample } from '../filters/filter.ts'
import { inspectTrace } from '../pipeline/commands/inspect/inspect-trace.ts'
import { recordedIn } from '../pipeline/stages/generate/import/recorded.ts'
import { parseJson } from '../teachers/json.ts'
import { countTokens } from '../teachers/cost/tokens.ts'
import { explain, explanations } from './labelled-differences.ts'
import { madeSample } from './filter-samples.ts'

/*
 * Ends with 1 where a difference is in no explanation of `labelled-differences.ts`.
 * What is found in recorded traces that people have labelled? Two tables: for each file every label and every defect that
 * was found, with the traces on which they differ; and the traces with no label or a harmless one, which no filter should drop,
 * with the drops. A row has `raw`, `problem`, `mode` and `defects`, a list of the names that `npm run inspect` has; it is read as
 * any imported trace. Verdicts are left out: whether an answer is right says nothing about its form.
 * Usage: node bench/filter-labelled.ts [--differences] ROWS.jsonl …
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { differences: { type: 'boolean', default: false } },
})

/** What reading a trace mends, and what is no defect of the trace. */
const harmless = new Set(['missing_open_tag', 'unanswerable_problem'])

type Row = { id: string; problem: string; mode: string; defects: string[]; system?: string }
const judge = judgeSamples({}, ['correctness'])
const differences: string[] = []
const explained = new Map<string, Set<string>>()
let open = 0
const natural: { file: string; all: number; dropped: [string, readonly string[]][] }[] = []

process.stdout.write(`${'file'.padEnd(44)} ${'defect'.padEnd(26)} labelled  found   both\n`)
for (const path of positionals) {
  const file = basename(path)
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
  const counts = new Map<string, [number, number, number]>()
  const drops = { file, all: 0, dropped: [] as [string, readonly string[]][] }
  for (const [index, line] of lines.entries()) {
    const row = parseJson(line) as Row & Record<string, unknown>
    for (const recorded of recordedIn(row, undefined)) {
      const mode = row.mode.startsWith('non') ? ('non_thinking' as const) : ('thinking' as const)
      const inspected = inspectTrace({ ...recorded, place: String(index), prompt: row.problem, mode }, mode)
      const { reasons } = judge(sampleOf(row, mode, inspected))
      const [labels, found] = [new Set(row.defects), new Set<string>(inspected.defects)]
      // What was asked for is known to the filters alone.
      if (reasons.some((reason) => reason === 'answer_tag_missing')) found.add('no_answer_tag')
      for (const defect of labels.union(found)) {
        const count = counts.get(defect) ?? [0, 0, 0]
        if (labels.has(defect)) count[0] += 1
        if (found.has(defect)) count[1] += 1
        if (labels.has(defect) && found.has(defect)) count[2] += 1
        counts.set(defect, count)
      }
      for (const { difference, explanation } of explain(labels, found)) {
        if (explanation === undefined) open += 1
        else explained.set(explanation.name, (explained.get(explanation.name) ?? new Set()).add(row.id))
        differences.push(`${file} ${row.id}: ${difference} (${explanation?.name ?? 'NOT EXPLAINED'})`)
      }
      if ([...labels].some((label) => !harmless.has(label))) continue
      drops.all += 1
      if (reasons.length > 0) drops.dropped.push([row.id, reasons])
    }
  }
  natural.push(drops)
  if (counts.size === 0) process.stdout.write(`${file.padEnd(44)} none\n`)
  for (const [defect, count] of [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)))
    process.stdout.write(
      `${file.padEnd(44)} ${defect.padEnd(26)} ${count.map((each) => String(each).padStart(6)).join(' ')}\n`,
    )
}
if (values.differences) process.stdout.write(`\n${differences.join('\n')}\n`)

process.stdout.write(`\n${'natural traces'.padEnd(44)}    all dropped\n`)
for (const { file, all, dropped } of natural) {
  process.stdout.write(
    `${file.padEnd(44)} ${String(all).padStart(6)} ${String(dropped.length).padStart(7)}\n`,
  )
  for (const [id, reasons] of dropped) process.stdout.write(`    ${id}: ${reasons.join(', ')}\n`)
}

process.stdout.write(`\n${'differences that were looked at'.padEnd(44)}   rows why\n`)
for (const { name, why } of explanations)
  process.stdout.write(`${name.padEnd(44)} ${String(explained.get(name)?.size ?? 0).padStart(6)} ${why}\n`)
process.stdout.write(`${'not explained'.padEnd(44)} ${String(open).padStart(6)}\n`)
if (open > 0) process.exitCode = 1

function sampleOf(row: Row, mode: Sample['arm']['mode'], read: ReturnType<typeof inspectTrace>): Sample {
  const { reasoning, answer, removed_marks, reasoning_state, reasoning_source, finish_state } = read
  const made = madeSample(row.problem, { reasoning, answer }, mode)
  const counted = {
    reasoning_tokens: countTokens(reasoning).tokens,
    answer_tokens: countTokens(answer).tokens,
  }
  const state = { removed_marks, reasoning_state, reasoning_source, finish_state }
  const arm = { ...made.arm, system: row.system ?? '' }
  return { ...made, arm, trace: { ...made.trace, ...state, ...counted } }
}
