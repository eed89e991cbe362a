import type { ShardPlan } from '../../schemas/run.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { currentParts, type CurrentParts } from './current-parts.ts'
import { inputKinds } from './input-kinds.ts'
import { loadStages } from './registry.ts'
import type { Stage, WholeStage } from './stage.ts'
import { currentManifest, datasetFolder } from './write/write.ts'

/** The configurations of the dataset; `undefined` unless it is what the recipe and the parts would give now. */
export async function writtenExports(
  context: RunContext,
  plan: ShardPlan,
): Promise<readonly WrittenExport[] | undefined> {
  const stages = await loadStages()
  const write = stages.find((stage) => stage.writes === 'dataset') as WholeStage
  const fingerprint = await wholeFingerprint(stages, write, context, plan)
  const manifest = await currentManifest(datasetFolder(context))
  return fingerprint !== undefined && manifest?.recipe === fingerprint ? manifest.exports : undefined
}

/**
 * The fingerprint that the product of a whole stage must have; `undefined` while a part that it reads is missing or
 * stale.
 */
export async function wholeFingerprint(
  stages: readonly Stage[],
  stage: WholeStage,
  context: RunContext,
  plan: ShardPlan,
): Promise<string | undefined> {
  const kinds = Object.values(inputKinds(stages, stage, context))
  const digests: string[] = []
  for await (const current of currentParts(stages, context, plan))
    for (const kind of kinds) {
      const part: CurrentParts[typeof kind] = current[kind]
      if (!part) return undefined
      digests.push(part.digest)
    }
  return stage.fingerprint(context, digests)
}
