/** One new thing of a kind: a file of its own, and the line that makes it known. */
export type Addition = {
  kind: string
  file: string
  text: string
  registry: string
  /** How the registry's file imports it; empty where the line itself does. */
  imports: string
  /** Text of the registry that the line goes behind, and the line. */
  after: string
  line: string
  /** A stage that stores something new declares what: a line in the table of the kinds of parts. */
  alsoIn?: { registry: string; imports: string; after: string; line: string }
}

/** One of each, as somebody would write it who wants the smallest useful one. */
export const additions: readonly Addition[] = [
  {
    kind: 'family',
    file: 'teachers/families/parrot.ts',
    text: `import { recommended, type Family } from './family.ts'

/** A model that repeats itself. */
export const parrot: Family = {
  name: 'parrot',
  label: 'Parrot 1',
  sampling: recommended('non_thinking', { temperature: 0.5, top_p: 1, top_k: null, min_p: null }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  charactersPerToken: null,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
`,
    registry: 'teachers/families/registry.ts',
    imports: "import { parrot } from './parrot.ts'",
    after: 'export const families: readonly Family[] = [',
    line: '  parrot,',
  },
  {
    kind: 'dialect',
    file: 'teachers/dialects/cage.ts',
    text: `import type { Dialect } from './dialect.ts'
import { vllm } from './vllm.ts'

/** A server that behaves like vLLM. */
export const cage = { ...vllm, name: 'cage', label: 'Cage' } as const satisfies Dialect
`,
    registry: 'teachers/dialects/registry.ts',
    imports: "import { cage } from './cage.ts'",
    after: 'export const dialects = {',
    line: '  cage,',
  },
  {
    kind: 'verifier',
    file: 'verifiers/parity.ts',
    text: `import { z } from 'zod'
import type { Verifier } from './verifier.ts'

/** Whether an answer says the right one of even and odd. */
export const parityVerifier: Verifier = {
  name: 'parity',
  version: '1',
  options: z.strictObject({}),
  instruction: 'Say even or odd and nothing else.',
  verify({ answers, output }) {
    const said = /\\b(even|odd)\\b/.exec(output)?.[1] ?? ''
    const verdict = said === '' ? 'no_answer' : answers.includes(said) ? 'correct' : 'incorrect'
    return { verdict, extracted: said, extraction: 'word', path: 'parity', reason: '' }
  },
}
`,
    registry: 'verifiers/registry.ts',
    imports: "import { parityVerifier } from './parity.ts'",
    after: 'export const verifiers: readonly Verifier[] = [',
    line: '  parityVerifier,',
  },
  {
    kind: 'problem filter',
    file: 'filters/problem/no-zero.ts',
    text: `import { z } from 'zod'
import type { ProblemFilter } from '../filter.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/** Problems about zero. */
export const noZero: ProblemFilter<z.infer<typeof Options>> = {
  name: 'no-zero',
  version: '1',
  scope: 'problem',
  source: 'own',
  defaultOn: true,
  reasons: { about_zero: 'The problem is about zero.' },
  options: Options,
  verifies: false,
  summary: 'are about zero',
  create: () => (problems) =>
    problems.map(({ problem }) =>
      / 0 /.test(problem.prompt) ? { reason: 'about_zero', message: 'the prompt is about 0' } : undefined,
    ),
}
`,
    registry: 'filters/registry.ts',
    imports: "import { noZero } from './problem/no-zero.ts'",
    after: 'export const problemFilters: readonly ProblemFilter[] = [',
    line: '  noZero,',
  },
  {
    kind: 'sample filter',
    file: 'filters/sample/shouting.ts',
    text: `import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'

/** Answers that shout. */
export const shouting: SampleFilter = {
  name: 'shouting',
  version: '1',
  scope: 'sample',
  source: 'own',
  defaultOn: true,
  reasons: { shouts: 'The answer ends with an exclamation mark.' },
  options: z.strictObject({}),
  create: () => ({ trace }) => (trace.answer.endsWith('!') ? ['shouts'] : []),
}
`,
    registry: 'filters/registry.ts',
    imports: "import { shouting } from './sample/shouting.ts'",
    after: 'export const sampleFilters: readonly SampleFilter[] = [',
    line: '  shouting,',
  },
  {
    kind: 'measure',
    file: 'filters/sample/vowels.ts',
    text: `import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'

/** How many vowels an answer has. */
export const vowels: SampleFilter = {
  name: 'vowels',
  version: '1',
  scope: 'sample',
  source: 'own',
  defaultOn: true,
  reasons: {},
  measures: [{ name: 'vowels', unit: 'letters', describe: 'vowels of the answer', whole: true }],
  options: z.strictObject({}),
  measure: ({ trace }) => ({ vowels: trace.answer.match(/[aeiou]/g)?.length ?? 0 }),
}
`,
    registry: 'filters/registry.ts',
    imports: "import { vowels } from './sample/vowels.ts'",
    after: 'export const sampleFilters: readonly SampleFilter[] = [',
    line: '  vowels,',
  },
  {
    kind: 'group filter',
    file: 'filters/group/echo.ts',
    text: `import { z } from 'zod'
import type { GroupFilter } from '../filter.ts'

/** Problems to which every answer is the same text. */
export const echo: GroupFilter = {
  name: 'echo',
  version: '1',
  scope: 'group',
  source: 'own',
  defaultOn: true,
  reasons: { echoes: 'Every answer to the problem is the same text.' },
  options: z.strictObject({}),
  create: () => ({ samples }) => {
    const same = samples.length > 2 && new Set(samples.map(({ trace }) => trace.answer)).size === 1
    return samples.map(() => (same ? ['echoes'] : []))
  },
}
`,
    registry: 'filters/registry.ts',
    imports: "import { echo } from './group/echo.ts'",
    after: 'export const groupFilters: readonly GroupFilter[] = [',
    line: '  echo,',
  },
  {
    kind: 'set filter',
    file: 'filters/set/wordy.ts',
    text: `import { z } from 'zod'
import type { SampleSetFilter } from '../set-filter.ts'

/** Answers that are far longer than the mean of all. */
export const wordy: SampleSetFilter<unknown, { tokens: number; samples: number }> = {
  name: 'wordy',
  version: '1',
  scope: 'set',
  of: 'sample',
  source: 'own',
  defaultOn: true,
  reasons: { wordier_than_most: 'The answer is more than twice as long as the mean of the run.' },
  options: z.strictObject({}),
  create: () => ({
    empty: () => ({ tokens: 0, samples: 0 }),
    add(summary, { trace }) {
      summary.tokens += trace.answer_tokens
      summary.samples += 1
    },
    merge(into, from) {
      into.tokens += from.tokens
      into.samples += from.samples
    },
    decide: ({ tokens, samples }) => ({ trace }) =>
      trace.answer_tokens * samples > 2 * tokens ? ['wordier_than_most'] : [],
  }),
}
`,
    registry: 'filters/registry.ts',
    imports: "import { wordy } from './set/wordy.ts'",
    after: 'export const sampleSetFilters: readonly SampleSetFilter[] = [',
    line: '  wordy,',
  },
  {
    kind: 'export',
    file: 'output/exports/every-answer.ts',
    text: `import { z } from 'zod'
import type { Export } from './export.ts'

/** Every answer of every problem, kept or not: as many rows as there are samples. */
export const everyAnswer: Export = {
  name: 'every-answer',
  version: '1',
  describe: 'Every answer, kept or not.',
  reads: 'all',
  matched: false,
  order: 'problems',
  schema: () => z.strictObject({ id: z.string(), pair_id: z.string(), answer: z.string(), keep: z.boolean() }),
  rows: ({ problem, samples }) =>
    samples.map(({ trace, decision }) => ({
      id: trace.key,
      pair_id: problem.id,
      answer: trace.answer,
      keep: decision.keep,
    })),
}
`,
    registry: 'output/exports/registry.ts',
    imports: "import { everyAnswer } from './every-answer.ts'",
    after: 'export const exportRegistry: readonly (Export | ExportFamily)[] = [',
    line: '  everyAnswer,',
  },
  {
    kind: 'stage',
    file: 'pipeline/stages/stamp/stamp.ts',
    text: `import { hashOf } from '../../../schemas/canonical.ts'
import { joinParts } from '../../../store/parts/join.ts'
import { writePart } from '../../../store/parts/part.ts'
import type { ShardJob, ShardStage } from '../stage.ts'

/** Puts a stamp on every pair. */
export const stampStage: ShardStage = {
  name: 'stamp',
  scope: 'shard',
  reads: ['pairs'],
  writes: 'stamps',
  fingerprint: (_context, digests) => hashOf({ version: 1, digests }),
  inThread: stamp,
}

async function stamp({ context, shard, fingerprint }: ShardJob): Promise<void> {
  let stamped = 0
  async function* rows() {
    for await (const { pair } of joinParts(context.runFolder, shard, { pairs: ['pair_id'] })) {
      stamped += 1
      yield { pair_id: pair.pair_id, stamp: 'seen' }
    }
  }
  await writePart(context.runFolder, 'stamps', shard, { rows: rows(), fingerprint, counts: () => ({ stamped }) })
}
`,
    registry: 'pipeline/stages/registry.ts',
    imports: '',
    after: "    load: async () => (await import('./pair/pair.ts')).pairStage,\n  },",
    line: "  { name: 'stamp', describe: 'put a stamp on every pair', load: async () => (await import('./stamp/stamp.ts')).stampStage },",
    alsoIn: {
      registry: 'schemas/parts.ts',
      imports: "import { z as zod } from 'zod'",
      after: "  pairs: { one: 'pair', per: 'problem', key: 'pair_id', row: Pair, counts: PairsCounts },",
      line: "  stamps: { one: 'stamped', per: 'problem', key: 'pair_id', row: zod.strictObject({ pair_id: zod.string(), stamp: zod.string() }), counts: zod.strictObject({ stamped: zod.int() }) },",
    },
  },
  {
    kind: 'command',
    file: 'pipeline/commands/hello.ts',
    text: `import type { Command, RecipeOptions } from './command.ts'

export const helloCommand: Command<[recipe: string], RecipeOptions> = {
  name: 'hello',
  describe: 'say hello to a recipe',
  takesRecipe: true,
  async run([recipe], _options, { reporter }) {
    reporter.note(\`hello \${recipe}\`)
  },
}
`,
    registry: 'pipeline/commands/registry.ts',
    imports: "import { helloCommand } from './hello.ts'",
    after: '  statusCommand,',
    line: '  helloCommand,',
  },
]
