import { loadModelFiles } from '../../hub/read/model-files.ts'
import type { HubAccess } from '../../hub/read/reader.ts'
import { resolve } from 'node:path'
import { checkDataset, type CheckOptions } from './check-dataset.ts'
import { addPin, readPins } from './pins.ts'
import type { TargetReport } from './report.ts'
import { placeOf, readTarget, targetFileNames, type Target, type TargetFiles } from './target.ts'

/** Where targets are looked for. */
export type TargetAccess = {
  /** Folders of targets are relative to it. */
  cwd: string
  /** What is loaded from the Hub is kept here, by commit. */
  folder: string
  hub: HubAccess
}

/**
 * The files of a target, from its folder or from the Hub. A branch of the Hub is taken at the commit that this run first
 * rendered, so that what was found right stays what is published.
 *
 * @throws UsageError or RunError when it has no chat template or cannot be read
 */
export async function loadTarget(target: Target, { cwd, folder, hub }: TargetAccess): Promise<TargetFiles> {
  const place = placeOf(target)
  if ('folder' in place) return readTarget(target.model, resolve(cwd, place.folder))
  const section = 'write.targets'
  const name = `${place.repo}@${place.revision}`
  const pinned = (await readPins(folder))[name]
  const at = { ...place, revision: pinned ?? place.revision, section }
  const loaded = await loadModelFiles(at, targetFileNames, { ...hub, folder })
  if (pinned === undefined && loaded.commit !== place.revision) await addPin(folder, name, loaded.commit)
  return readTarget(target.model, loaded.folder, loaded.commit)
}

/** What the templates of all targets make of a dataset. */
export async function renderTargets(
  datasetFolder: string,
  targets: readonly Target[],
  access: TargetAccess,
  options: CheckOptions = {},
): Promise<TargetReport[]> {
  const reports: TargetReport[] = []
  for (const target of targets) {
    const files = await loadTarget(target, access)
    reports.push(await checkDataset(datasetFolder, files, { ...options, oldest: target.transformers }))
  }
  return reports
}

/** Whether everything that the template makes of a dataset is right. */
export function isRight({ configurations }: TargetReport): boolean {
  return configurations.every(({ right, rows }) => right === rows)
}
