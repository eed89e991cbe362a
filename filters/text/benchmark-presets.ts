import type { BenchmarkRules } from './benchmark-index.ts'

/** What counts as a match: runs of words and the other ways of looking, and the Indel similarity of whole prompts. */
export type MatchRules = BenchmarkRules & { indel: number | null }

const runsAlone = { words: 'plain', without_digits: false, short_items: false, stripped: false } as const

/**
 * What the scripts of published recipes take for a match, with what they miss: an item that is shorter than a run is never
 * found, but where whole texts are compared too. Runs of tokens (OpenThoughts3) are runs of words here, and texts are compared
 * in lower case and without layout, where OpenThoughts compares them as they are written.
 */
export const benchmarkPresets = {
  s1: { ...runsAlone, ngram: 8, words: 'spaces', indel: null },
  'open-r1': { ...runsAlone, ngram: 8, words: 'spaces', indel: null },
  'deepseek-r1': { ...runsAlone, ngram: 10, indel: null },
  'light-r1': { ...runsAlone, ngram: 32, words: 'spaces', stripped: true, indel: null },
  openthoughts: { ...runsAlone, ngram: null, indel: 0.95 },
  openthoughts3: { ...runsAlone, ngram: 13, indel: 0.75 },
} as const satisfies Readonly<Record<string, MatchRules>>

export const benchmarkPresetNames = Object.keys(benchmarkPresets) as (keyof typeof benchmarkPresets)[]
