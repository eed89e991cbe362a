import { resolve } from 'node:path'
import type { PairSource } from '../../../review/pairs/source.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { isFolder } from '../../../store/files/entries.ts'
import { readRunRecord } from '../../../store/run/run-record.ts'
import { readTarget, type ReadRun } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'
import { datasetFiles, type DatasetFiles } from './dataset/dataset-files.ts'
import { openDatasetPairs } from './dataset/dataset-pairs.ts'
import { hubDataset, isOfHub } from './dataset/hub-dataset.ts'

/** What is looked at: a run, with everything that is known of it, or a dataset, whoever made it. */
export type Source =
  | { kind: 'run'; read: ReadRun }
  | { kind: 'dataset'; dataset: DatasetFiles; pairs: PairSource }

/**
 * Opens what a person names: a recipe with its run, the folder of a run, the folder of a dataset, or `hub:ORG/NAME@COMMIT`.
 *
 * @throws UsageError or RunError, one line for a person
 */
export async function openSource(source: string, option: { run?: string }, io: CommandIo): Promise<Source> {
  const folder = resolve(io.cwd, source)
  const isDataset =
    isOfHub(source) || ((await isFolder(folder)) && (await readRunRecord(folder)) === undefined)
  if (!isDataset) return { kind: 'run', read: await readTarget(source, option, io) }
  if (option.run !== undefined)
    throw new UsageError('--run is the folder of the run of a recipe; a dataset has none, so leave it out')
  const dataset = isOfHub(source) ? await hubDataset(source, io) : await datasetFiles(folder)
  return { kind: 'dataset', dataset, pairs: await openDatasetPairs(dataset) }
}
