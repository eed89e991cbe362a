import { join } from 'node:path'
import { z } from 'zod'
import { hashOf } from '../../../schemas/canonical.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { plainTable } from '../../reporter/plain-table.ts'
import { printable } from '../../reporter/printable.ts'
import type { Reporter } from '../../reporter/reporter.ts'
import { replaceFile } from '../../../store/files/atomic.ts'
import { readText } from '../../../store/files/entries.ts'
import { partState } from '../../../store/parts/part.ts'
import { shardFlipsPath } from '../../../store/run/paths.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { countsOf, firstExamples, FlipCounts, FlipExample, ShardFlips } from './flips.ts'

/** What verifying stored answers again has changed: `flips.json` of a run. */
export const FlipReport = z.strictObject({
  /** Stands for the verdicts that were compared: another id, another verification. */
  id: z.string(),
  compared: z.int(),
  counts: z.array(FlipCounts),
  examples: z.array(FlipExample.omit({ rank: true })),
})
export type FlipReport = z.infer<typeof FlipReport>

/**
 * Adds up what the shards wrote down of the verification that made their present verdicts, stores it and reports it.
 * Does nothing when there is nothing that was not reported before; a verification that was killed and begun again is
 * reported as one.
 */
export async function reportFlips(context: RunContext, plan: ShardPlan, reporter: Reporter): Promise<void> {
  const path = join(context.runFolder, 'flips.json')
  const report = await collect(context, plan)
  if (report === undefined || (await readReport(path, FlipReport))?.id === report.id) return
  await replaceFile(path, `${JSON.stringify(report, null, 2)}\n`)
  reporter.result('flips', report, formatFlips(report))
}

/** The report as text: one line an arm and task, then the examples. */
function formatFlips({ compared, counts, examples }: FlipReport): string {
  const changed = counts.reduce(
    (sum, each) => sum + each.right_to_wrong + each.wrong_to_right + each.other,
    0,
  )
  const head = `\nverified again: ${compared} stored answers, ${changed} verdicts changed`
  if (changed === 0) return head
  const table = plainTable([
    'verified again',
    'task',
    'answers',
    'right->wrong',
    'wrong->right',
    'other changes',
  ])
  for (const each of counts)
    table.push([
      each.arm,
      each.task,
      each.compared,
      each.right_to_wrong,
      each.wrong_to_right,
      otherChanges(each),
    ])
  const list = plainTable(['problem', 'arm', 'reference', 'answer', 'before', 'after', 'by'])
  for (const each of examples)
    list.push([
      each.problem_id.slice(0, 8),
      `${each.arm} ${each.sample_index}`,
      short(each.gold.join(' | ')),
      short(each.extracted),
      each.before,
      each.after,
      each.path,
    ])
  return `${head}\n\n${table.toString()}\n\n${list.toString()}`
}

async function collect({ runFolder }: RunContext, plan: ShardPlan): Promise<FlipReport | undefined> {
  const counts = new Map<string, FlipCounts>()
  const fingerprints: string[] = []
  let examples: FlipExample[] = []
  for (let shard = 0; shard < plan.shards; shard++) {
    const flips = await readReport(shardFlipsPath(runFolder, shard), ShardFlips)
    if (!flips || (await partState(runFolder, 'verdicts', shard))?.fingerprint !== flips.fingerprint) continue
    fingerprints.push(flips.fingerprint)
    examples = firstExamples([...examples, ...flips.examples])
    for (const each of flips.counts) add(countsOf(counts, each.arm, each.task), each)
  }
  if (fingerprints.length === 0) return undefined
  const all = [...counts.values()].toSorted((a, b) => (a.arm + a.task < b.arm + b.task ? -1 : 1))
  return {
    id: hashOf(fingerprints),
    compared: all.reduce((sum, each) => sum + each.compared, 0),
    counts: all,
    examples: examples.map(({ rank: _rank, ...example }) => example),
  }
}

function add(total: FlipCounts, own: FlipCounts): void {
  for (const figure of ['compared', 'right_to_wrong', 'wrong_to_right', 'other'] as const)
    total[figure] += own[figure]
  for (const [change, times] of Object.entries(own.other_changes))
    total.other_changes[change] = (total.other_changes[change] ?? 0) + times
}

/** A report that is missing or of another version counts as none: the next verification writes it anew. */
async function readReport<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  try {
    return schema.safeParse(JSON.parse((await readText(path)) ?? '')).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function otherChanges({ other, other_changes }: FlipCounts): string {
  const list = Object.entries(other_changes)
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([change, times]) => `${times} ${change}`)
  return list.length === 0 ? String(other) : list.join(', ')
}

function short(text: string): string {
  const line = printable(text).replaceAll(/\s+/gu, ' ')
  return line.length > 32 ? `${line.slice(0, 31)}…` : line
}
