import { hashOf } from '../../../../schemas/canonical.ts'
import type { ArmImport } from '../../../../schemas/arm.ts'
import { UsageError } from '../../../../schemas/errors.ts'
import { recordedIn } from './recorded.ts'
import { valueAt } from '../../../../problems/mapping/path.ts'
import { resolveFiles } from '../../../../problems/files/files.ts'
import type { HubContext } from '../../../../problems/hub/hub-source.ts'
import { openHubDataset } from '../../../../problems/hub/dataset.ts'
import { digestOf } from '../../../../problems/files/digest.ts'
import { isBadRow, type BadRow, type RawRow } from '../../../../problems/rows.ts'
import { type InputContext, readFiles } from '../../../../problems/files/read-rows.ts'

/** A recorded response with what says which problem it answers. */
export type ImportedTrace = {
  position: string
  /** What was asked, empty when the row does not say. */
  prompt: string
  /** The row's id, empty where it has none. */
  id: string
  body: unknown
}

/** A dataset of traces that an arm is taken from. */
export type ImportSource = {
  /** For messages and for the record; never a path of this machine. */
  label: string
  /** Changes when the content does. */
  contentDigest: string
  /** Every row with the traces that it holds; a row without any has none. */
  rows(): AsyncGenerator<ImportedRow | BadRow>
  close(): Promise<void>
}

type ImportedRow = { position: string; traces: ImportedTrace[] }

/** What a run gives to the reading of traces. */
export type ImportContext = InputContext & { hub: HubContext }

/**
 * Finds the traces of an imported arm and identifies their content.
 *
 * @throws UsageError when a file is missing
 */
export async function openImportSource(
  arm: string,
  section: ArmImport,
  context: ImportContext,
): Promise<ImportSource> {
  return section.hub ? hubSource(arm, section, section.hub, context.hub) : fileSource(arm, section, context)
}

async function fileSource(arm: string, section: ArmImport, context: InputContext): Promise<ImportSource> {
  const { files, format } = section
  if (files.includes('-'))
    throw new UsageError(
      `arms.${arm}.import.files: traces cannot come from standard input, which cannot be read again; name a file`,
    )
  const found = await inArm(arm, () => resolveFiles(files, format, context.cwd))
  const content = await digestOf(found, context.digests)
  return {
    label: found.map((file) => file.label).join(', '),
    contentDigest: hashOf({ section, content }),
    async *rows() {
      for await (const row of readFiles(found, context.stdin)) yield importedRow(row, section)
    },
    close: () => Promise.resolve(),
  }
}

/** The commit is settled and put on record at the first start; later ones read the same. */
async function hubSource(
  arm: string,
  section: ArmImport,
  { repo, config, split, revision }: NonNullable<ArmImport['hub']>,
  context: HubContext,
): Promise<ImportSource> {
  const reference = {
    repo,
    split,
    revision,
    section: `arms.${arm}.import`,
    ...(config === '' ? {} : { config }),
  }
  const dataset = await openHubDataset(reference, context)
  await context.pin(dataset.pins)
  return {
    label: `${repo} (${dataset.config}, ${dataset.split})`,
    contentDigest: hashOf({ section, commit: dataset.commit }),
    async *rows() {
      // Which columns hold the traces shows in the rows, so all of them travel.
      for await (const row of dataset.rows()) yield importedRow(row, section)
    },
    close: () => dataset.close(),
  }
}

function importedRow(row: RawRow | BadRow, section: ArmImport): ImportedRow | BadRow {
  return isBadRow(row) ? row : { position: row.position, traces: tracesIn(row, section) }
}

function tracesIn({ row, position }: RawRow, section: ArmImport): ImportedTrace[] {
  const named = section.prompt === '' ? undefined : valueAt(row, section.prompt)
  const id = idOf(row, section)
  return recordedIn(row, section.field === '' ? undefined : section.field).map(({ body, prompt }) => ({
    position,
    prompt: typeof named === 'string' ? named : prompt,
    id,
    body,
  }))
}

/** Names under which datasets keep the id of the problem that a row answers, ours first. */
const idColumns = ['pair_id', 'problem_id', 'id']

function idOf(row: RawRow['row'], { id }: ArmImport): string {
  for (const column of id === '' ? idColumns : [id]) {
    const value = valueAt(row, column)
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  }
  return ''
}

/** The readers speak of the problem set, which this is not. */
async function inArm<Result>(arm: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(error.message.replace(/^problems\.files/u, `arms.${arm}.import.files`), {
      cause: error,
    })
  }
}
