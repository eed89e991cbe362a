import { z } from 'zod'
import type { Declared } from '../../filters/filter.ts'
import { decisionRow } from '../../filters/measures.ts'
import type { PartKind, PartRow } from '../../schemas/parts.ts'
import { problemId } from '../../schemas/problem.ts'
import { emptyTracesCounts } from '../../pipeline/stages/counts.ts'
import { writePart } from '../../store/parts/part.ts'
import { makeSample } from '../filters/sample.ts'

const share = { name: 'share', unit: 'share', describe: 'Half of everything.', whole: false }
const declared: Declared = {
  name: 'made',
  source: 'own',
  version: '1',
  defaultOn: true,
  reasons: {},
  measures: [share],
  options: z.strictObject({}),
}

/** The kinds that every run has. */
export const madeKinds = [
  'problems',
  'traces',
  'verdicts',
  'decisions',
  'pairs',
] as const satisfies PartKind[]
type MadeKind = (typeof madeKinds)[number]

export type MadeRows = { [Kind in MadeKind]: PartRow<Kind>[] }

/** The rows of a shard's parts: a problem for each number, with so many samples. */
export function madeRows(samples: readonly number[]): MadeRows {
  const rows: MadeRows = { problems: [], traces: [], verdicts: [], decisions: [], pairs: [] }
  for (const [number, count] of samples.entries()) {
    const prompt = `What is ${number} + 1?`
    const id = problemId({ prompt, choices: [] })
    const { problem } = makeSample({ prompt })
    rows.problems.push(problem)
    rows.pairs.push({ pair_id: id, lost: count === 0 ? 'no_arm_has_a_trace' : '', members: [] })
    for (let index = 0; index < count; index++) {
      const place = { key: `${number}.${index}`, problem_id: id, arm: 'thinking', sample_index: index }
      const { trace, verdict } = makeSample({ prompt })
      rows.traces.push({ ...trace, ...place })
      rows.verdicts.push({ ...verdict, ...place, extracted: place.key })
      rows.decisions.push({ ...place, keep: index === 0, reasons: [], measures: { share: 0.5 } })
    }
  }
  return rows
}

/** Writes the parts of shard 0, all but those that are left out. */
export async function writeMadeParts(runFolder: string, rows: Partial<MadeRows>): Promise<void> {
  const { problems, traces, verdicts, decisions, pairs } = rows
  if (problems)
    await writePart(runFolder, 'problems', 0, {
      ...part(problems),
      counts: () => ({ problems: problems.length }),
    })
  if (traces)
    await writePart(runFolder, 'traces', 0, { ...part(traces), counts: () => emptyTracesCounts([]) })
  if (verdicts)
    await writePart(runFolder, 'verdicts', 0, {
      ...part(verdicts),
      counts: () => ({ arms: {}, golds: { suspect: 0, repaired: 0, majority: 0 }, traces: '' }),
    })
  if (decisions)
    await writePart(runFolder, 'decisions', 0, {
      ...part(decisions),
      row: decisionRow([declared]),
      counts: () => ({ arms: {} }),
    })
  if (pairs)
    await writePart(runFolder, 'pairs', 0, {
      ...part(pairs),
      counts: () => ({ arms: {}, problems: { lost: {}, paired: pairs.length } }),
    })
}

function part<Row>(rows: Row[]): { rows: Row[]; fingerprint: string } {
  return { rows, fingerprint: 'f' }
}
