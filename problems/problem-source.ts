import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { problemId } from '../schemas/problem.ts'
import { builtinProblems } from './builtin/builtin-problems.ts'
import type { Recipe } from '../pipeline/recipe/recipe.ts'
import { resolveFiles } from './files/files.ts'
import { type HubContext, openHubSource } from './hub/hub-source.ts'
import type { ProblemSource, SourceRow } from './source-row.ts'
import { readProblems, type InputContext } from './files/source.ts'

/** What problem sets are read from. */
export type SourceContext = InputContext & { hub: HubContext }

/** Finds the recipe's problem set and identifies its content. */
export async function openProblemSource(
  section: Recipe['problems'],
  context: SourceContext,
): Promise<ProblemSource> {
  const { builtin, files, hub, ...options } = section
  if (hub !== undefined) return openHubSource({ ...options, hub }, context.hub)
  if (builtin)
    return {
      label: 'the built-in problem set',
      contentDigest: 'builtin',
      readOnce: false,
      rows: () => builtinRows(builtin),
      close: nothing,
      forget: nothing,
    }
  const patterns = [files ?? []].flat()
  const found = await resolveFiles(patterns, options.format, context.cwd)
  const scope = (position: string): string =>
    options.fields.id === undefined ? position.replace(/(:| row )\d+$/, '') : ''
  return {
    label: patterns.join(', '),
    contentDigest: await digestOf(found.map((file) => file.path)),
    readOnce: found.some((file) => file.path === '-'),
    async *rows() {
      for await (const row of readProblems({ ...options, files: patterns }, context)) {
        yield 'reason' in row ? row : { ...row, idScope: `${scope(row.position)}\n${row.problem.source}` }
      }
    },
    close: nothing,
    forget: nothing,
  }
}

async function nothing(): Promise<void> {
  // A file is closed with its last row, and the built-in problems come from nowhere.
}

async function* builtinRows(options: { count: number; seed: number }): AsyncGenerator<SourceRow> {
  for (const problem of builtinProblems(options)) {
    yield {
      position: `built-in ${problem.source_id}`,
      problem: { id: problemId(problem), ...problem },
      idScope: problem.source,
    }
  }
}

/** sha256 of the content of files, one after the other; standard input counts for nothing. */
export async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    if (path === '-') continue
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  }
  return hash.digest('hex')
}
