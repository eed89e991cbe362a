import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { printableJson } from '../../schemas/printable-json.ts'
import { namesIn, readText } from '../files/entries.ts'

/**
 * Adds a line to the run's history: starts, ends, what changed.
 *
 * @param worker of several that share the run; each has a file of its own, because two machines that append to one file of a
 *   network file system overwrite each other's lines
 */
export async function recordEvent(
  folder: string,
  type: string,
  data: object,
  { now, worker }: { now: () => number; worker?: string | undefined },
): Promise<void> {
  await appendFile(
    join(folder, fileOf(worker)),
    `${printableJson({ type, at: new Date(now()).toISOString(), ...data })}\n`,
  )
}

function fileOf(worker: string | undefined): string {
  return worker === undefined ? 'events.jsonl' : `events-${worker}.jsonl`
}

/** The lines of one worker's history; none where it has none. */
export async function eventLinesOf(folder: string, worker: string): Promise<string[]> {
  const name = fileOf(worker)
  return isEventsFile(name) ? ((await readText(join(folder, name)))?.split('\n') ?? []) : []
}

/** Whether a file of a run folder holds a part of its history. */
export function isEventsFile(name: string): boolean {
  return /^events(?:-[0-9a-f]+)?\.jsonl$/u.test(name)
}

/** The lines of a run's history, one worker's after the other's. The last of each may have been cut off by a kill. */
export async function eventLines(folder: string): Promise<string[]> {
  const names = (await namesIn(folder)).filter(isEventsFile)
  const texts = await Promise.all(names.map((name) => readText(join(folder, name))))
  return texts.flatMap((text) => text?.split('\n') ?? [])
}
