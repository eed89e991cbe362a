import { hashOf } from '../../schemas/canonical.ts'
import { UsageError } from '../../schemas/errors.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import { namedPaths, neededColumns, usualNames } from '../mapping/columns.ts'
import { openColumnUse } from '../mapping/column-use.ts'
import type { MappingListener } from '../mapping/show-mapping.ts'
import { topColumn } from '../mapping/path.ts'
import { removeHubCache } from '../../hub/read/cache.ts'
import type { HubAccess } from '../../hub/read/reader.ts'
import { type HubDataset, openHubDataset } from './dataset.ts'
import { pinName } from './find-split.ts'
import { headCommit } from '../../hub/read/head-commit.ts'
import type { Pins } from '../../hub/read/reference.ts'
import { convertedBranch } from '../../hub/read/repository.ts'
import type { Task } from '../../schemas/problem.ts'
import type { ProblemFields, ProblemsSection } from '../problems-section.ts'
import { mapRows } from '../mapping/map-rows.ts'
import { idScope, type ProblemSource } from '../source-row.ts'

/** What a run gives to the reading of datasets of the Hub. */
export type HubContext = HubAccess & {
  /** What is loaded is kept there until the problems are on disk. */
  folder: string
  /** The commits that the run was begun with. */
  pins: Pins
  /** Puts them on record, before the first row is read. */
  pin: (pins: Pins) => Promise<void>
}

type HubSection = Omit<ProblemsSection, 'files' | 'builtin' | 'hub'> & { hub: string }

/**
 * Finds a problem set on the Hub. The commit is settled at the first start of a run; later ones read the same, and a
 * person is told when the branch has moved since.
 */
export async function openHubSource(
  section: HubSection,
  context: HubContext,
  tasks: readonly Task[],
  listener?: MappingListener,
): Promise<ProblemSource> {
  const { hub: repo, config, split = 'train', revision = 'main', fields } = section
  let pins = context.pins
  let dataset: HubDataset | undefined
  const open = async (): Promise<HubDataset> => {
    dataset ??= await openHubDataset({ repo, config, split, revision }, { ...context, pins })
    if (section.rows === undefined) checkColumns(repo, fields, await dataset.columns())
    return dataset
  }
  const pinned = pins[pinName(repo, revision)]
  if (pinned === undefined) {
    ;({ pins } = await open())
    await context.pin(pins)
  } else await tellWhenMoved(repo, revision, pinned, context)
  const commit = pins[pinName(repo, revision)] ?? ''

  return {
    label: `${repo} (split ${split})`,
    contentDigest: hashOf({ commit, copy: pins[pinName(repo, convertedBranch)] }),
    readOnce: false,
    async *rows() {
      const found = await open()
      const size = found.files.reduce((sum, file) => sum + file.size, 0)
      context.note(
        `reading ${repo}, configuration ${found.config}, split ${split}, at commit ${commit.slice(0, 12)}: ${found.files.length} ${found.files.length === 1 ? 'file' : 'files'} of ${megabytes(size)}`,
      )
      const use = openColumnUse(fields)
      const choose = (available: readonly string[]): string[] => {
        use.saw(available)
        return columnsOf(fields, available)
      }
      const rows =
        section.rows === undefined ? found.rows(choose, section.limit) : found.rows((available) => available)
      const defaults = { ...section.defaults, license: section.defaults.license || found.license }
      let index = 0
      for await (const row of mapRows(rows, { ...section, defaults }, tasks, { use, listener })) {
        const place = `${found.config}/${split}/${index}`
        index += 1
        if ('reason' in row) yield row
        else {
          const problem = { ...row.problem, source_id: row.problem.source_id || place }
          yield { ...row, problem, idScope: idScope(row.position, fields, problem.source) }
        }
      }
      context.note(`${megabytes(found.bytesRead())} of ${repo} were loaded`)
    },
    close: async () => dataset?.close(),
    forget: () => removeHubCache(context.folder),
  }
}

/** The dataset is the source of its problems, so that it gets the credit, unless the recipe names a column that says more. */
function columnsOf(fields: ProblemFields, available: readonly string[]): string[] {
  return neededColumns(fields, available, fields.source === undefined ? ['source'] : [])
}

/** @throws UsageError when every row would be rejected for the same reason */
function checkColumns(repo: string, fields: ProblemFields, available: readonly string[] | undefined): void {
  if (available === undefined) return
  const has = `it has ${available.join(', ')}`
  for (const { field, path } of namedPaths(fields)) {
    const column = topColumn(path, available)
    if (available.includes(column)) continue
    const meant = nearestName(column, available)
    throw new UsageError(
      `problems.fields.${field}: the dataset ${repo} has no column "${column}"${meant === undefined ? '' : `; did you mean "${meant}"?`}; ${has}`,
    )
  }
  if (fields.prompt === undefined && !usualNames.prompt.some((name) => available.includes(name)))
    throw new UsageError(
      `no column of the dataset ${repo} has a usual name for the prompt; name it in problems.fields.prompt: ${has}`,
    )
}

async function tellWhenMoved(
  repo: string,
  revision: string,
  pinned: string,
  context: HubContext,
): Promise<void> {
  if (revision === pinned) return
  const stays = `this run stays at the commit ${pinned.slice(0, 12)} that it was begun with`
  const head = await headCommit({ repo, revision }, context)
  if (head instanceof Error) context.note(`it could not be seen whether ${repo} has changed; ${stays}`)
  else if (head !== pinned)
    context.note(
      `${revision} of ${repo} has moved to ${head.slice(0, 12)}; ${stays}, and a new one (--run) reads the new rows`,
    )
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`
}
