import { formerSampleKey, sampleKey, type Arm, type ChatRequest } from '../../schemas/arm.ts'
import type { JournalLine } from '../../schemas/journal.ts'
import { readJournal, type JournalEntry } from '../../store/journal/reader.ts'
import { journalState, needsAsking, type SampleState } from '../../store/journal/state.ts'
import { journalFolder } from '../../store/run/paths.ts'
import { journalShards, shardOf } from '../../store/run/shard-cuts.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import type { RunContext } from '../recipe/run-context.ts'

/** What the journal of a run knows about the problems of one shard, under whatever names and cuts it was written. */
export type ShardJournal = {
  states: ReadonlyMap<string, SampleState>
  /** The key under which a sample is or will be in the journal. */
  keyOf(request: ChatRequest, arm: Pick<Arm, 'name' | 'endpoint' | 'revision'>, index: number): string
  /** How often a sample was exported to a batch from the folder that this shard writes to now. */
  exportsHere(key: string): number
}

type Asked = 'generate' | 'judge' | 'classify'

/** Every line of the folders that may speak of a shard's problems, and of others beside them. */
export async function* readAround(
  { runFolder, cuts }: Pick<RunContext, 'runFolder' | 'cuts'>,
  shard: number,
  asked: Asked,
): AsyncGenerator<JournalEntry> {
  const folders = cuts ? journalShards(shard, cuts) : [shard]
  for (const each of folders) yield* readJournal(journalFolder(runFolder, each, asked))
}

/**
 * Every line about problems that belong to a shard as the run is cut now, those of withdrawn ones too. Each line of a
 * run's journal belongs to one shard.
 */
export async function* readOwnLines(
  context: Pick<RunContext, 'runFolder' | 'cuts'>,
  shard: number,
): AsyncGenerator<JournalEntry> {
  const { cuts } = context
  for await (const entry of readAround(context, shard, 'generate'))
    if (!cuts?.earlier || shardOf(entry.line.problem_id, cuts.shards) === shard) yield entry
}

/**
 * Reads what is known of a shard's samples. Memory: one small object a sample of the shard, never the texts.
 *
 * @param look is shown every line that passes
 */
export async function openShardJournal(
  context: Pick<RunContext, 'runFolder' | 'cuts'>,
  shard: number,
  look: (line: JournalLine) => void = () => undefined,
): Promise<ShardJournal> {
  const own = journalFolder(context.runFolder, shard)
  const names = new Map<string, { name: string; endpoint: string }>()
  const exported = new Map<string, number>()
  async function* lines(): AsyncGenerator<JournalEntry> {
    for await (const entry of readOwnLines(context, shard)) {
      const { line, file } = entry
      const { key, arm: name, endpoint = '' } = line
      names.set(`${name} ${endpoint}`, { name, endpoint })
      if (line.type === 'exported' && file.startsWith(own)) exported.set(key, (exported.get(key) ?? 0) + 1)
      look(line)
      yield entry
    }
  }
  const states = await journalState(lines(), billOf)
  return {
    states,
    keyOf: keyFinder(states, [...names.values()]),
    exportsHere: (key) => exported.get(key) ?? 0,
  }
}

/**
 * Finds a sample by what is asked, and else as the first version called it, which put names into the key: by the names of
 * today, then by every pair of names that the journal has.
 */
function keyFinder(
  states: ReadonlyMap<string, SampleState>,
  stored: readonly { name: string; endpoint: string }[],
): ShardJournal['keyOf'] {
  return (request, arm, index) => {
    const key = sampleKey(request, arm, index)
    if (states.size === 0 || !needsAsking(states.get(key))) return key
    const { name, endpoint, revision } = arm
    const keys = [
      key,
      ...[
        { name, endpoint },
        // Early journals name no endpoint.
        ...stored.map((each) => ({ name: each.name, endpoint: each.endpoint || endpoint })),
      ].map((names) => formerSampleKey(request, { ...names, revision }, index)),
    ]
    return keys.find((each) => !needsAsking(states.get(each))) ?? keys.find((each) => states.has(each)) ?? key
  }
}
