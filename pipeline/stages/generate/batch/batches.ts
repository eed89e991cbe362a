import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../../../../store/files/atomic.ts'
import { namesIn, readText } from '../../../../store/files/entries.ts'
import { RunError } from '../../../../schemas/errors.ts'
import type { SampleState } from '../../../../store/journal/state.ts'

/** How a line of a batch file is written: `openai` for OpenAI, Azure, DeepInfra, Novita and vLLM run-batch; `two-field` for Together and Fireworks. */
export const BatchForm = z.enum(['openai', 'two-field'])
export type BatchForm = z.infer<typeof BatchForm>

/** `batches/<name>.json`: a batch that has been handed out. Without this file its lines in the journal mean nothing. */
export const Batch = z.strictObject({
  name: z.string(),
  form: BatchForm,
  /** Arms that it asks. */
  arms: z.array(z.string()),
  lines: z.int().positive(),
  bytes: z.int().positive(),
  created_at: z.string(),
  /** Taken back: its samples are asked for again; results that come all the same are still taken. */
  recalled: z.boolean(),
})
export type Batch = z.infer<typeof Batch>

/** The folder of a run's batch files. */
export function batchFolder(runFolder: string): string {
  return join(runFolder, 'batches')
}

/** Every batch of a run, in the order of their names. */
export async function readBatches(runFolder: string): Promise<Batch[]> {
  const folder = batchFolder(runFolder)
  const batches: Batch[] = []
  for (const name of await namesIn(folder)) {
    if (!name.endsWith('.json')) continue
    const parsed = Batch.safeParse(JSON.parse((await readText(join(folder, name))) ?? ''))
    if (!parsed.success)
      throw new RunError(
        `${join(folder, name)} cannot be read as a batch of this version; restore it from a backup`,
      )
    batches.push(parsed.data)
  }
  return batches
}

/** Writes what is known of a batch; from then on its samples count as being on their way. */
export async function writeBatch(runFolder: string, batch: Batch): Promise<void> {
  const path = join(batchFolder(runFolder), `${batch.name}.json`)
  await replaceFile(path, `${JSON.stringify(batch, null, 2)}\n`)
}

/** Names of the batches whose results are awaited. */
export async function batchesOut(runFolder: string): Promise<ReadonlySet<string>> {
  const batches = await readBatches(runFolder)
  return new Set(batches.filter((batch) => !batch.recalled).map((batch) => batch.name))
}

/** Whether a sample is on its way through a batch, so that asking for it would pay twice. */
export function isInBatch(state: SampleState | undefined, out: ReadonlySet<string>): boolean {
  return state !== undefined && state.state !== 'answered' && state.batch !== '' && out.has(state.batch)
}

/** Keeps samples from being asked for that are on their way through a batch. */
export type BatchGate = {
  /** Whether a sample is in a batch; it is then counted as left out. */
  holds(key: string): boolean
  /** Samples left out so far. */
  left(): number
}

/** @param states of the shard whose samples the gate is asked about */
export async function openBatches(
  runFolder: string,
  states: ReadonlyMap<string, SampleState>,
): Promise<BatchGate> {
  const out = await batchesOut(runFolder)
  const held = new Set<string>()
  return {
    holds(key) {
      if (!isInBatch(states.get(key), out)) return false
      held.add(key)
      return true
    },
    left: () => held.size,
  }
}
