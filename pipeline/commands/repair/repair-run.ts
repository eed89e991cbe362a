import { RunError } from '../../../schemas/errors.ts'
import { repairJournals, type RepairedDamage } from '../../../store/journal/repair-journal.ts'
import { writeRunRecord } from '../../../store/run/run-folder.ts'
import { holdRun } from '../books/open-run.ts'
import { readRun } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'

export type RepairOptions = { run?: string; setAside: boolean }

/**
 * Looks at every line of the journals of a run, mends what can be mended for nothing, and names the rest. Only where it is
 * asked to does it take lines out of the journal, because they would have to be paid for again.
 *
 * @throws RunError when something is still damaged at the end
 */
export async function repairRun(recipePath: string, options: RepairOptions, io: CommandIo): Promise<void> {
  const { context, record } = await readRun(recipePath, options, io)
  const { runFolder, recipe } = context
  await holdRun(context, async () => {
    // Both copies are whole again after this.
    await writeRunRecord(runFolder, recipe, record, record, io.now)
    const found: RepairedDamage[] = []
    for await (const damage of repairJournals(runFolder, options.setAside)) {
      found.push(damage)
      io.reporter.note(`${damage.now}: ${damage.text}`)
    }
    const count = (now: RepairedDamage['now']): number => found.filter((each) => each.now === now).length
    const counts = { damaged: count('damaged'), mended: count('mended'), set_aside: count('set aside') }
    if (counts.damaged === 0) {
      io.reporter.result('repair', { ...counts, lines: found }, summary(counts, recipePath))
      return
    }
    throw new RunError(
      `${counts.damaged} places of the journal are damaged and cannot be mended (${counts.mended} were); restore them from a backup, or have what they held asked and paid for again with: npm run repair -- ${recipePath} --set-aside`,
    )
  })
}

function summary({ mended, set_aside }: { mended: number; set_aside: number }, recipePath: string): string {
  if (mended + set_aside === 0) return 'every line of the journal is as it was written'
  const asked =
    set_aside > 0
      ? ' (what they held is asked again at the next start; files as they were: NAME.damaged)'
      : ''
  return `${mended} places mended, ${set_aside} set aside${asked}\nGo on with: npm run distill -- ${recipePath}`
}
