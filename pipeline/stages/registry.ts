import type { Stage } from './stage.ts'

/** A stage as help and npm scripts name it; its code is loaded when it is needed. */
export type StageEntry = { name: string; describe: string; load(): Promise<Stage> }

/** The table of contents of the program: every stage, in the order in which a shard passes through them. */
export const stageEntries: readonly StageEntry[] = [
  {
    name: 'problems',
    describe: 'read the problem set and cut it into shards',
    load: async () => (await import('./problems/problems.ts')).problemsStage,
  },
  {
    name: 'classify',
    describe: 'with `classify`: find out what each problem is about and in what form it wants its answer',
    load: async () => (await import('./classify/classify.ts')).classifyStage,
  },
  {
    name: 'admit',
    describe: 'with `select`: put the problems before the teachers whose turn has come',
    load: async () => (await import('./admit/admit.ts')).admitStage,
  },
  {
    name: 'generate',
    describe: 'ask the teachers for every sample that is missing',
    load: async () => (await import('./generate/generate.ts')).generateStage,
  },
  {
    name: 'verify',
    describe: 'check every answer against its reference',
    load: async () => (await import('./verify/verify.ts')).verifyStage,
  },
  {
    name: 'filter',
    describe: 'decide which samples may stay, with every reason',
    load: async () => (await import('./filter/filter.ts')).filterStage,
  },
  {
    name: 'filter-set',
    describe: 'decide by what is true of all samples together',
    load: async () => (await import('./filter-set/filter-set.ts')).filterSetStage,
  },
  {
    name: 'pair',
    describe: 'choose the trace of every arm for each problem',
    load: async () => (await import('./pair/pair.ts')).pairStage,
  },
  {
    name: 'select',
    describe: 'with `select`: take as many pairs as are wanted, by quota',
    load: async () => (await import('./select/select.ts')).selectStage,
  },
  {
    name: 'write',
    describe: 'write the dataset: Parquet shards, card, manifest',
    load: async () => (await import('./write/write.ts')).writeStage,
  },
]

let loaded: Promise<readonly Stage[]> | undefined

/** Every stage with its code, in order. */
export function loadStages(): Promise<readonly Stage[]> {
  loaded ??= Promise.all(stageEntries.map((entry) => entry.load()))
  return loaded
}
