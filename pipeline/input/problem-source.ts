import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { problemId, type Problem } from '../../schemas/problem.ts'
import { builtinProblems } from '../../teachers/simulated/problem-set/builtin-problems.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { resolveFiles } from './files.ts'
import { readProblems, type InputContext } from './source.ts'

/** A row of the source that is no usable problem. */
export type RejectedRow = { position: string; reason: string; message: string }

export type SourceRow = {
  position: string
  problem: Problem
  /** What the row's own id is unique within; two rows with one id and different problems are an error of the source. */
  idScope: string
}

/** The recipe's problem set. */
export type ProblemSource = {
  /** For messages. */
  label: string
  /** Changes when the content of the set does. */
  contentDigest: string
  /** Whether it comes from standard input, which cannot be read a second time and is not part of the digest. */
  readOnce: boolean
  rows(): AsyncGenerator<SourceRow | RejectedRow>
}

/** Finds the recipe's problem set and identifies its content. */
export async function openProblemSource(
  section: Recipe['problems'],
  context: InputContext,
): Promise<ProblemSource> {
  const { builtin, files, ...options } = section
  if (builtin)
    return {
      label: 'the built-in problem set',
      contentDigest: 'builtin',
      readOnce: false,
      rows: () => builtinRows(builtin),
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
  }
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
