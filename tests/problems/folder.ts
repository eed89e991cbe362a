import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { ProblemsFiles } from '../../problems/problems-section.ts'
import type { BadRow, PlacedProblem, RawRow } from '../../problems/rows.ts'
import { readRows } from '../../problems/files/read-rows.ts'
import { mapRows } from '../../problems/mapping/map-rows.ts'
import { taskNames } from '../../verifiers/all-verifiers.ts'

/** A folder with the given files that is gone when the test is over. */
export async function folderWith(files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-input-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  return folder
}

type Section = Parameters<typeof ProblemsFiles.parse>[0]

/** Everything that a problems section reads, in a folder and with a text on standard input. */
export async function readAll(cwd: string, section: Section, stdin = ''): Promise<(RawRow | BadRow)[]> {
  return Array.fromAsync(
    readRows(ProblemsFiles.parse(section), { cwd, stdin: Readable.from([Buffer.from(stdin)]) }),
  )
}

export async function problemsOf(cwd: string, section: Section): Promise<(PlacedProblem | BadRow)[]> {
  const options = ProblemsFiles.parse(section)
  return Array.fromAsync(
    mapRows(
      readRows({ ...options, numbers: 'texts' }, { cwd, stdin: Readable.from([]) }),
      options,
      taskNames,
    ),
  )
}

/** What was read, short: the row of a good one, the line that a person sees of a bad one. */
export function shown(rows: readonly (RawRow | BadRow)[]): unknown[] {
  return rows.map((row) => ('reason' in row ? `${row.position}: ${row.message} (${row.reason})` : row.row))
}
