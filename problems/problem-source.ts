import { problemId, type Task } from '../schemas/problem.ts'
import { builtinProblems } from './builtin/builtin-problems.ts'
import { digestOf } from './files/digest.ts'
import { resolveFiles } from './files/files.ts'
import { type HubContext, openHubSource } from './hub/hub-source.ts'
import { type InputContext, readFiles } from './files/read-rows.ts'
import { openColumnUse } from './mapping/column-use.ts'
import type { MappingListener } from './mapping/show-mapping.ts'
import { neededColumns } from './mapping/columns.ts'
import { mapRows } from './mapping/map-rows.ts'
import type { ProblemsSection } from './problems-section.ts'
import { idScope, type ProblemSource, type SourceRow } from './source-row.ts'

/** What problem sets are read from. */
export type SourceContext = InputContext & {
  hub: HubContext
  /** What a row may name as its task. */
  tasks: readonly Task[]
  /** Told how the rows are mapped and which columns are not used. */
  listener?: MappingListener
}

/** Finds the recipe's problem set and identifies its content. */
export async function openProblemSource(
  section: ProblemsSection,
  context: SourceContext,
): Promise<ProblemSource> {
  const { builtin, files, hub, ...options } = section
  if (hub !== undefined)
    return openHubSource({ ...options, hub }, context.hub, context.tasks, context.listener)
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
  return {
    label: patterns.join(', '),
    contentDigest: await digestOf(found, context.digests),
    readOnce: found.some((file) => file.path === '-'),
    async *rows() {
      const use = openColumnUse(options.fields)
      for await (const row of mapRows(
        readFiles(found, context.stdin, {
          // What counts as a row is inside of those of the file.
          ...(options.rows === undefined && {
            limit: options.limit,
            columns: (available: readonly string[]) => {
              use.saw(available)
              return neededColumns(options.fields, available)
            },
          }),
          numbers: 'texts',
          encoding: options.encoding,
          delimiter: options.delimiter,
          ...(context.listener && { warn: context.listener.warn }),
        }),
        options,
        context.tasks,
        { use, listener: context.listener },
      )) {
        yield 'reason' in row
          ? row
          : { ...row, idScope: idScope(row.position, options.fields, row.problem.source) }
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
