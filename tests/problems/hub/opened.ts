import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type HubDataset, type HubOptions, openHubDataset } from '../../../problems/hub/dataset.ts'
import type { HubReference } from '../../../hub/read/reference.ts'
import type { BadRow, RawRow } from '../../../problems/rows.ts'
import type { HubOptions as ServerOptions } from '../../../simulators/hub/options.ts'
import { type Hub, startHub } from '../../../simulators/hub/start.ts'

/** A local Hub that is gone when the test is over. */
export async function localHub(options: Partial<ServerOptions> = {}): Promise<Hub> {
  const hub = await startHub({ folder: await scratchFolder(), ...options })
  onTestFinished(() => hub.close())
  return hub
}

/** An empty folder that is gone when the test is over. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-hub-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export type Opened = HubDataset & { notes: string[]; waits: number[] }

/** Opens a dataset of a local Hub as a reader of its own, with a clock that waits for nothing. */
export async function opened(
  hub: Pick<Hub, 'url'>,
  reference: HubReference,
  options: Partial<HubOptions> & { token?: string } = {},
): Promise<Opened> {
  const notes: string[] = []
  const waits: number[] = []
  const { token, ...others } = options
  const dataset = await openHubDataset(reference, {
    environment: { HF_ENDPOINT: hub.url, ...(token !== undefined && { HF_TOKEN: token }) },
    folder: others.folder ?? (await scratchFolder()),
    note: (text) => notes.push(text),
    wait: async (milliseconds) => waits.push(milliseconds),
    random: () => 1,
    ...others,
  })
  onTestFinished(() => dataset.close())
  return { ...dataset, notes, waits }
}

export async function rowsOf(
  dataset: HubDataset,
  ...choice: Parameters<HubDataset['rows']>
): Promise<(RawRow | BadRow)[]> {
  return Array.fromAsync(dataset.rows(...choice))
}

/** The values of one column over all rows. */
export async function column(dataset: HubDataset, name: string): Promise<unknown[]> {
  return (await rowsOf(dataset)).map((row) => ('row' in row ? row.row[name] : row.message))
}
