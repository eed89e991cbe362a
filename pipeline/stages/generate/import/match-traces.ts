import { join } from 'node:path'
import type { ArmImport } from '../../../../schemas/arm.ts'
import { sha256 } from '../../../../schemas/canonical.ts'
import { fold, type Problem } from '../../../../schemas/problem.ts'
import { bucketCount, openSpool, type Spool } from '../../../../store/files/spool.ts'
import { tally } from '../../../../schemas/counts.ts'
import { userMessage } from '../../../../problems/user-message.ts'
import type { ImportedTrace, ImportSource } from './import-source.ts'

/** A trace with the problem that it answers. */
export type MatchedTrace = ImportedTrace & { problem: string; ordinal: number }

/** What became of the rows of an import; every trace is matched or has one reason. */
export type MatchCounts = { rows: number; traces: number; matched: number; lost: Record<string, number> }

export type MatchOptions = {
  section: ArmImport
  source: ImportSource
  problems: () => AsyncGenerator<Problem>
  instructions: Parameters<typeof userMessage>[1]
  /** For files that are gone when the matching is done. */
  folder: string
  /** Told of rows that hold no trace. */
  onBadRow: (position: string, message: string) => void
}

type Place = { key: string; problem: string }
type Sought = ImportedTrace & { key: string; ordinal: number }

/**
 * Matches traces with problems by id or by prompt, as a join of two spools on disk: memory holds the keys of one
 * 256th of the problems at a time, whatever the size of either side.
 *
 * @returns the matched traces spooled by problem, and the counts
 */
export async function matchTraces(
  options: MatchOptions,
): Promise<{ matched: Spool<MatchedTrace>; counts: MatchCounts }> {
  const counts: MatchCounts = { rows: 0, traces: 0, matched: 0, lost: {} }
  const places = await openSpool<Place>(join(options.folder, 'problems'))
  const sought = await openSpool<Sought>(join(options.folder, 'traces'), asNumber)
  const matched = await openSpool<MatchedTrace>(join(options.folder, 'matched'))
  for await (const problem of options.problems())
    for (const key of keysOfProblem(problem, options)) await places.add(key, { key, problem: problem.id })
  await spoolTraces(options, sought, counts)
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const problems = await problemsByKey(places.bucket(bucket))
    for await (const { key, ...trace } of sought.bucket(bucket)) {
      const problem = problems.get(key)
      if (problem === undefined) tally(counts.lost, 'no_such_problem')
      else if (problem === '') tally(counts.lost, 'ambiguous_problem')
      else {
        counts.matched += 1
        await matched.add(problem, { ...trace, problem })
      }
    }
  }
  return { matched, counts }
}

async function spoolTraces(
  { section, source, onBadRow }: MatchOptions,
  sought: Spool<Sought>,
  counts: MatchCounts,
): Promise<void> {
  for await (const row of source.rows()) {
    counts.rows += 1
    const problem = 'reason' in row ? row.message : row.traces.length === 0 ? noTrace : ''
    if (problem !== '') {
      counts.traces += 1
      tally(counts.lost, 'unreadable_row')
      onBadRow(row.position, problem)
    }
    for (const trace of 'reason' in row ? [] : row.traces) {
      const ordinal = (counts.traces += 1)
      const key = keyOfTrace(trace, section)
      if (key === undefined) tally(counts.lost, 'no_id_or_prompt')
      else await sought.add(key, { ...trace, key, ordinal })
    }
  }
}

/** Parquet's 64-bit integers have no JSON where they are large. */
function asNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

const noTrace = 'no column holds a trace; name it in `import.field`, a dot reaches inside'

/** `''` for a key that more than one problem has. */
async function problemsByKey(places: AsyncGenerator<Place>): Promise<Map<string, string>> {
  const problems = new Map<string, string>()
  for await (const { key, problem } of places) {
    const known = problems.get(key)
    problems.set(key, known === undefined || known === problem ? problem : '')
  }
  return problems
}

/** A prompt may have been recorded with or without the instruction and the options that stand around it. */
function keysOfProblem(problem: Problem, { section, instructions }: MatchOptions): Set<string> {
  const keys = new Set<string>()
  if (section.match !== 'prompt') {
    keys.add(idKey(problem.id))
    if (section.match === 'id' || section.id !== '') keys.add(idKey(problem.source_id))
  }
  if (section.match !== 'id') {
    keys.add(promptKey(problem.prompt))
    keys.add(promptKey(userMessage(problem, instructions)))
  }
  keys.delete(idKey(''))
  return keys
}

function keyOfTrace({ id, prompt }: ImportedTrace, { match, id: column }: ArmImport): string | undefined {
  const byId = match === 'id' || (match === 'auto' && (column !== '' || isProblemId(id)))
  if (byId) return id === '' ? undefined : idKey(id)
  return prompt === '' ? undefined : promptKey(prompt)
}

/** An id that this project gives: the `pair_id` of its own datasets. */
function isProblemId(id: string): boolean {
  return /^[0-9a-f]{32}$/u.test(id)
}

function idKey(id: string): string {
  return sha256(`id ${id}`)
}

function promptKey(prompt: string): string {
  return sha256(`prompt ${fold(prompt)}`)
}
