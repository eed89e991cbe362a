import { UsageError } from '../../../schemas/errors.ts'
import { tally } from '../../../schemas/counts.ts'
import type { CommandIo } from '../io.ts'
import { planOf, readRun } from '../books/read-run.ts'
import { plainTable } from '../../reporter/plain-table.ts'
import { checkFilterArms } from '../../recipe/check-filter-arms.ts'
import { locateFilterFiles, readFilterFiles } from '../../stages/filter/filter-files.ts'
import { changedSection } from './changed-section.ts'
import { decideRun } from './decide-run.ts'

/** Samples that change sides and are shown. */
const shown = 10

type Counts = { kept: number; reasons: Record<string, number> }
type Changed = { key: string; problem: string; arm: string; sample: number; before: string; after: string }

/**
 * Tells what other options of filters would change: the counts before and after for each first reason, and samples that
 * change sides. Nothing is written, and nothing is asked.
 *
 * @throws UsageError where an option is none, and when the run has no problems yet
 */
export async function whatIf(
  recipePath: string,
  { run, set, dryRun }: { run?: string; set: readonly string[]; dryRun: boolean },
  io: CommandIo,
): Promise<void> {
  if (!dryRun || set.length === 0)
    throw new UsageError(
      '`--set KEY=VALUE` and `--dry-run` go together; to keep a change, write it into the recipe and run the same command without them',
    )
  const read = await readRun(recipePath, { ...(run !== undefined && { run }) }, io)
  const { context } = read
  const { filter } = context.recipe
  const section = changedSection(filter, set)
  const plan = planOf(read, `run \`npm run distill -- ${recipePath}\` first`)
  checkFilterArms(section, context.arms)
  const located = await locateFilterFiles(
    { recipe: { filter: section }, runFolder: context.runFolder },
    io.cwd,
  )
  const files = await readFilterFiles({ ...context, filterFiles: { ...context.filterFiles, ...located } })
  const counts: [Counts, Counts] = [emptyCounts(), emptyCounts()]
  const examples: Changed[] = []
  let changed = 0
  for await (const [old = [], now = []] of decideRun(context, plan, [filter, section], files))
    for (const [index, { problem, trace, reasons: before }] of old.entries()) {
      const reasons = [before, now[index]!.reasons].map((each) => each[0] ?? '')
      for (const [side, reason] of reasons.entries()) count(counts[side]!, reason)
      if ((reasons[0] === '') === (reasons[1] === '')) continue
      changed += 1
      if (examples.length === shown) continue
      const { key, arm, sample_index } = trace
      examples.push({
        key,
        problem: problem.id,
        arm,
        sample: sample_index,
        before: reasons[0]!,
        after: reasons[1]!,
      })
    }
  const result = { set, before: counts[0], after: counts[1], changed, examples }
  io.reporter.result('what-if', result, format(result))
}

function emptyCounts(): Counts {
  return { kept: 0, reasons: {} }
}

function count(counts: Counts, reason: string): void {
  if (reason === '') counts.kept += 1
  else tally(counts.reasons, reason as never)
}

function format({
  set,
  before,
  after,
  changed,
  examples,
}: {
  set: readonly string[]
  before: Counts
  after: Counts
  changed: number
  examples: readonly Changed[]
}): string {
  const table = plainTable(['', 'now', 'then'])
  table.push(['kept', before.kept, after.kept])
  for (const reason of new Set([...Object.keys(before.reasons), ...Object.keys(after.reasons)]))
    table.push([reason, before.reasons[reason] ?? 0, after.reasons[reason] ?? 0])
  const lines = examples.map(
    ({ problem, arm, sample, before: old, after: now }) =>
      `  problem ${problem.slice(0, 12)}, ${arm}, sample ${sample}: ${old || 'kept'} → ${now || 'kept'}`,
  )
  const more = changed > examples.length ? [`  and ${changed - examples.length} more`] : []
  return [
    ...set.map((change) => `then: ${change}`),
    '',
    table.toString(),
    '',
    `${changed} samples change sides`,
    ...lines,
    ...more,
  ].join('\n')
}
