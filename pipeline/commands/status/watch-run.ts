import { setTimeout as sleep } from 'node:timers/promises'
import { RunError, StoppedError } from '../../../schemas/errors.ts'
import type { Figures, ProgressFile } from '../../../schemas/progress.ts'
import { isAlive } from '../../../store/run/process-name.ts'
import { readProgress } from '../../../store/run/progress-files.ts'
import { mergeFigures } from '../../reporter/merge-figures.ts'
import type { CommandIo } from '../io.ts'
import { readRun } from '../books/read-run.ts'
import { wayOn } from '../stages/way-on.ts'
import { showStatus, type StatusOptions } from './show-status.ts'

const everyMs = 1000

/**
 * A file that was not written again for so many of its own periods is of a process that was killed. It is counted here, with
 * the clock of this process alone; a network file system may show a new file a minute late.
 */
const stillPeriods = 45

/** A process as it was last seen. */
type Seen = { file: ProgressFile; changedAt: number; isGone: boolean }

/**
 * Shows how a run that other processes work on is doing, until none of them does any more, and then its ledger.
 *
 * @throws StoppedError when the run was stopped; RunError when it failed or its processes are gone
 */
export async function watchRun(recipePath: string, options: StatusOptions, io: CommandIo): Promise<void> {
  const { context } = await readRun(recipePath, options, io)
  const { reporter } = io
  const seen = new Map<string, Seen>()
  let shown: Figures | undefined
  const told = new Set<string>()
  for (;;) {
    const { files, unreadable } = await readProgress(context.runFolder)
    if (unreadable > 0 && !told.has('unreadable')) {
      told.add('unreadable')
      reporter.warn(
        `${unreadable} processes write their progress in the form of another version, which cannot be shown`,
      )
    }
    for (const id of seen.keys()) if (!files.some((file) => file.id === id)) seen.delete(id)
    for (const file of files) notice(seen, file)
    for (const each of seen.values()) tellOfGone(each, told, reporter)
    if (![...seen.values()].some(isWorking)) break
    shown = mergeFigures(files as [ProgressFile, ...ProgressFile[]])
    const { command } = shown
    if (files.length > 1) shown.command = `${command}, ${files.length} processes`
    reporter.show(() => shown!)
    await sleep(everyMs)
  }
  const last = [...seen.values()]
  if (last.length > 0) reporter.show(() => mergeFigures(last.map(({ file }) => file) as [ProgressFile]))
  reporter.stop()
  if (last.length === 0) reporter.note('no process works on this run now')
  await showStatus(recipePath, options, io)
  endAs(last, (name) => wayOn({ name, recipePath }, context, io.cwd))
}

function isWorking({ file, isGone }: Seen): boolean {
  return file.state === 'working' && !isGone
}

function notice(seen: Map<string, Seen>, file: ProgressFile): void {
  const now = performance.now()
  const before = seen.get(file.id)
  const changedAt = before?.file.turn === file.turn ? before.changedAt : now
  const isStill = now - changedAt > stillPeriods * file.every_ms
  seen.set(file.id, {
    file,
    changedAt,
    isGone: file.state === 'working' && (isStill || !isAlive(file.process)),
  })
}

function tellOfGone({ file, isGone }: Seen, told: Set<string>, reporter: CommandIo['reporter']): void {
  if (!isGone || told.has(file.id)) return
  told.add(file.id)
  const { pid, host } = file.process
  reporter.warn(
    isAlive(file.process)
      ? `process ${pid} on ${host} has not moved for ${Math.round((stillPeriods * file.every_ms) / 1000)} s: it was killed, or it hangs`
      : `process ${pid} on ${host} is gone without an end: it was killed, or it crashed`,
  )
}

/** Ends as the run ended, so that a script can go by it. */
function endAs(last: readonly Seen[], goOn: (command: string) => string): void {
  const way = goOn(last[0]?.file.figures.command || 'distill')
  if (last.some(({ isGone }) => isGone)) throw new RunError(`the run did not come to its end\n${way}`)
  if (last.some(({ file }) => file.state === 'failed')) throw new RunError(`the run failed\n${way}`)
  if (last.some(({ file }) => file.state === 'stopped')) throw new StoppedError(`the run was stopped\n${way}`)
}
