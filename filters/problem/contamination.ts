import { z } from 'zod'
import { quoted } from '../../schemas/quoted.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { FilterFiles, Finding, ProblemFilter } from '../filter.ts'
import { benchmarkPresetNames, benchmarkPresets, type MatchRules } from '../text/benchmark-presets.ts'
import { benchmarkFiles, benchmarkOptions, benchmarksOf, mostSimilar } from '../text/benchmarks.ts'
import type { BenchmarkHit } from '../text/benchmark-index.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({
  policy: policyOption('drop'),
  preset: z
    .enum(benchmarkPresetNames)
    .optional()
    .describe(
      'what a match is in a published recipe, with what its script misses, in place of `ngram`, `words`, `without_digits`, `short_items`, `stripped` and `indel`',
    ),
  ...benchmarkOptions,
  indel: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe(
      'Indel similarity to an item from which a prompt is that item (OpenThoughts3: 0.75), null for no such test, which takes 1 to 30 ms for a thousand items, the more the more alike all texts are',
    ),
  min_coverage: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'least share of the runs of an item that the prompt must hold; 0 for any run, as the recipes have it, 0.5 where training set and benchmark have a source in common',
    ),
})
export type ContaminationOptions = z.infer<typeof Options>
type Options = ContaminationOptions

function rulesOf({ preset, ...stated }: Options): MatchRules & Pick<Options, 'benchmarks'> {
  return preset === undefined ? stated : { ...benchmarkPresets[preset], benchmarks: stated.benchmarks }
}

/**
 * Problems that a benchmark holds. A prompt is contaminated when it shares a run of words with an item (OpenThoughts3: 13;
 * s1 and Open-R1: 8; DeepSeek-R1: 10; Light-R1: 32), holds an item that is shorter than a run (the published scripts skip
 * those), or is an item up to digits and punctuation (Light-R1). With `words: plain` a pasted item is found whatever its
 * spacing, case, punctuation or LaTeX; `words: spaces` are those of s1 and Open-R1, with their misses.
 */
export const contamination: ProblemFilter<Options> = {
  name: 'contamination',
  version: '1',
  source: 'OpenThoughts3: 13 words; short items own',
  rules: ['C1', 'C2', 'C3', 'C4', 'C5'],
  scope: 'problem',
  defaultOn: false,
  reasons: { contaminated: 'The problem, or a part of it, is an item of a benchmark.' },
  options: Options,
  numbers: { ngram: 'defines', indel: 'fewer', min_coverage: 'fewer' },
  verifies: false,
  summary: 'are items of a benchmark, or hold a part of one',
  files: benchmarkFiles,
  create(options, { files }) {
    const find = findContacts(options, files)
    const { revisions } = benchmarksOf(rulesOf(options), files)
    return byProblem((problem) => findingOf(textOf(problem), find(problem), revisions))
  },
}

function textOf({ prompt, choices }: Pick<Problem, 'prompt' | 'choices'>): string {
  return [prompt, ...choices].join('\n')
}

/**
 * Makes a function that finds the items which a problem holds, by the rules of the filter: the closest of each benchmark,
 * the closest of all first.
 */
export function findContacts(
  options: Options,
  files: FilterFiles,
): (problem: Pick<Problem, 'prompt' | 'choices'>) => BenchmarkHit[] {
  const { indel, ...rules } = rulesOf(options)
  const benchmarks = benchmarksOf(rules, files)
  return (problem) => {
    const hits = benchmarks.find(textOf(problem)).filter(({ value }) => value >= options.min_coverage)
    if (hits.length === 0) {
      const similar = indel === null ? undefined : mostSimilar(problem.prompt, benchmarks, indel)
      return similar === undefined ? [] : [similar]
    }
    const seen = new Set<string>()
    return hits.filter(({ item: { benchmark } }) => !seen.has(benchmark) && seen.add(benchmark))
  }
}

function findingOf(
  text: string,
  [hit]: readonly BenchmarkHit[],
  revisions: Readonly<Record<string, string>>,
): Finding | undefined {
  if (hit === undefined) return undefined
  const { item, rule, value, start, end } = hit
  return {
    reason: 'contaminated',
    detail: item.benchmark,
    message: `${describe(hit)}: ${quoted(text.slice(start, Math.min(end, start + 120)))}`,
    facts: {
      benchmark: item.benchmark,
      revision: revisions[item.benchmark] ?? '',
      item: item.id,
      rule,
      value,
      start,
      end,
      excerpt: item.text.slice(0, 200),
    },
  }
}

function describe({ item, rule, value }: BenchmarkHit): string {
  const name = `item ${item.id} of ${item.benchmark}`
  if (rule === 'indel') return `the prompt has an Indel similarity of ${value.toFixed(3)} with ${name}`
  if (rule === 'stripped') return `the prompt is ${name} up to digits and punctuation`
  if (rule === 'short') return `the prompt holds ${name}`
  return `the prompt shares ${Math.round(value * 100)} % of the runs of words of ${name}${rule === 'ngram' ? '' : ', numbers left out'}`
}
