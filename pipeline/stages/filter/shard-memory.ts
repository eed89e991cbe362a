import type { SampleMemory } from '../../../filters/sample-memory.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { makeFolder } from '../../../store/files/entries.ts'
import { partState } from '../../../store/parts/part.ts'
import { foundPath } from '../../../store/run/paths.ts'
import { dirname } from 'node:path'
import type { RunContext } from '../../recipe/run-context.ts'
import { readStored, writeStored } from '../set-files.ts'

/** Opens what the filters found in the samples of a shard when they looked at them last; nothing where those changed. */
export async function openShardMemory(
  context: RunContext,
  shard: number,
): Promise<{ memory: SampleMemory; store: () => Promise<void> }> {
  const { runFolder, recipe, arms, filterFiles } = context
  const digests: (string | undefined)[] = []
  for (const kind of ['problems', 'traces', 'verdicts'] as const)
    digests.push((await partState(runFolder, kind, shard))?.digest)
  const samples = hashOf({ digests, arms, instructions: recipe.instructions })
  const path = foundPath(runFolder, shard)
  const stored = (await readStored(path, samples))?.value as Map<string, unknown[]> | undefined
  const memory: SampleMemory = { known: stored ?? new Map(), found: new Map(), digests: filterFiles }
  return {
    memory,
    async store() {
      await makeFolder(dirname(path))
      await writeStored(path, samples, memory.found)
    },
  }
}
