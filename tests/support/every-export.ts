import { writeCard } from '../../output/card/card.ts'
import { writeShards } from '../../output/dataset/dataset.ts'
import { makeManifest, writeManifest } from '../../output/dataset/manifest.ts'
import type { Export, GroupSample, ProblemGroup } from '../../output/exports/export.ts'
import { ChosenConfiguration, chooseExports } from '../../output/exports/registry.ts'
import { Shape } from '../../output/exports/shapes.ts'
import type { ParquetLibrary } from '../../store/parquet/group-writer.ts'
import { madeArm, madePair, studyArms, type MadeTexts } from '../output/made-pairs.ts'

/* Every configuration that a dataset can have, on problems that give rows for each of them. */

export const everyArm = [
  ...studyArms,
  madeArm('strong', 'thinking', { system: 'Reason with care.' }),
  madeArm('weak', 'non_thinking'),
]

/** Frames of plain texts, as `npm run render` prints them for a student whose template loses the reasoning. */
export const textFrames = {
  prompt: '<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n',
  completion: '<think>\n{reasoning}\n</think>\n\n{answer}<|im_end|>',
}

const shapes = Shape.options.map((shape) => ({ shape, of: shape.replaceAll('_', '-') }))
const split = { form: 'prompt_completion' }

const chosen: (string | Record<string, unknown>)[] = [
  'pairs',
  'reasoning',
  'ift',
  'strong',
  ...shapes.map(({ shape, of }) => ({ export: 'sft', name: `sft-${of}`, shape })),
  ...shapes.map(({ shape, of }) => ({
    export: 'sft',
    name: `sft-split-${of}`,
    shape,
    form: 'prompt_completion',
  })),
  { export: 'sft', name: 'sft-text', text: textFrames },
  { export: 'sft', name: 'sft-plain', role: 'ift', ...split },
  { export: 'mix', name: 'mix-50' },
  { export: 'mix', name: 'mix-split', shape: 'reasoning_content', ...split },
  { export: 'mix', name: 'mix-system', problems: 'both', system: true },
  'curriculum',
  { export: 'comparison', name: 'long', layout: 'long' },
  { export: 'comparison', name: 'wide', layout: 'wide' },
  'sharegpt',
  'on-off',
  'harmony',
  { export: 'grouped', samples: 'all' },
  'rl',
  ...['shortest_longest', 'correct_incorrect', 'counter', 'strong_weak'].map((kind) => ({
    export: 'preference',
    name: `preference-${kind.replaceAll('_', '-')}`,
    kind,
  })),
  { export: 'preference', name: 'preference-fields', shape: 'reasoning_content' },
  { export: 'preference', name: 'preference-single', single: true },
  { export: 'labelled', right: true },
  { export: 'labelled', name: 'labelled-fields', right: true, shape: 'reasoning_content' },
  'journey',
  'majority',
  'self-distillation',
  { export: 'self-distillation', name: 'self-distillation-trace', context: 'trace' },
]

/** The exports of the registry, in every shape and form that one has. */
export const everyChoice = chosen.map((one) => ChosenConfiguration.parse(one))

export function everyExport(): Export[] {
  return chooseExports(everyArm, everyChoice, 7)
}

/** A problem with one right answer of every arm, and three more samples of the first: right, wrong, and wrong but short. */
export function everyGroup(index: number, texts: MadeTexts = {}): ProblemGroup {
  const made = madePair(index, everyArm, texts)
  const problem = { ...made.problem, answers: [String(2 * index)] }
  const first = made.samples[0]!
  const more = [
    { tokens: 900, verdict: 'correct' as const },
    { tokens: 300, verdict: 'incorrect' as const },
    { tokens: 5, verdict: 'incorrect' as const },
  ].map((each, at) => furtherSample(first, at + 1, each))
  const samples = [first, ...more, ...made.samples.slice(1)]
  for (const { verdict } of samples) verdict.majority_answer = String(2 * index)
  return { ...made, problem, samples }
}

function furtherSample(
  first: GroupSample,
  sample_index: number,
  { tokens, verdict }: { tokens: number; verdict: 'correct' | 'incorrect' },
): GroupSample {
  const { trace } = first
  const keep = verdict === 'correct'
  return {
    ...first,
    trace: {
      ...trace,
      key: `${trace.key.slice(0, -1)}${'wxyz'[sample_index]}`,
      sample_index,
      reasoning: `${trace.reasoning} (${sample_index})`,
      reasoning_tokens: tokens,
    },
    verdict: { ...first.verdict, sample_index, verdict, verdict_rule: verdict },
    decision: { ...first.decision, sample_index, keep, reasons: keep ? [] : ['incorrect'] },
  }
}

/** Texts that mention what templates, trainers and verifiers take for marks. */
export const hostileTexts = [
  'I open <think> and close </think> here.',
  'So \\boxed{4}, or \\boxed{<think>}.',
  '<|start|>assistant<|channel|>analysis<|message|>no<|end|>',
  '```python\nprint("</think>")\n```',
  'a </think>\n\nb {user} {answer} <\\think>',
  '  two spaces, then a tab\t\n',
] as const

export function* everyGroups(count: number, seed = 0): Generator<ProblemGroup> {
  for (let index = 0; index < count; index++) {
    const of = (by: number): string => hostileTexts[(index + by) % hostileTexts.length]!
    yield everyGroup(index, {
      prompt: `What is ${index} + ${index}? (${seed}) ${of(0)}`,
      reasoning: `Twice ${index}: ${of(1)}`,
      answer: `${of(2)} It is ${2 * index}, says ${seed}.`,
    })
  }
}

/** A dataset folder with every configuration, its manifest and its card. */
export async function writeEveryExport(
  folder: string,
  groups: Iterable<ProblemGroup>,
  library: ParquetLibrary = 'hyparquet-writer',
): Promise<void> {
  const exports = everyExport()
  const written = await writeShards({ folder, arms: everyArm, exports, groups, library })
  await writeManifest(folder, makeManifest('f00d', written))
  await writeCard(folder, {
    title: 'Every export',
    summary: 'Sums for a test.',
    repository: null,
    license: null,
    language: ['en'],
    arms: everyArm,
    exports,
    funnel: [],
    provenance: { version: '0', recipe: 'made', fingerprint: 'f00d', seed: 1 },
  })
}
