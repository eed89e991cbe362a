import { expect, test } from 'vitest'
import type { SeenProblem, SeenSample } from '../../pipeline/commands/plan/observed.ts'
import {
  advised,
  cheapest,
  lowestOfAll,
  sampleCounts,
  tokenLimits,
} from '../../pipeline/commands/plan/settings.ts'
import { Recipe } from '../../pipeline/recipe/recipe.ts'
import { resolveRun } from '../../pipeline/recipe/resolve-run.ts'

const arm = { teacher: 'qwen3', model: 'm', endpoint: 'teacher', samples: 2 }
const contextOf = (reasoning: object) =>
  resolveRun(
    Recipe.parse({
      name: 'settings',
      problems: { builtin: { count: 4, seed: 1 } },
      endpoints: {
        teacher: {
          base_url: 'http://127.0.0.1:9/v1',
          dialect: 'vllm',
          price: { input: 1, output: 10, date: '2026-01-01' },
        },
      },
      arms: {
        ift: { ...arm, role: 'ift', mode: 'non_thinking' },
        reasoning: { ...arm, role: 'reasoning', mode: 'thinking', ...reasoning },
      },
    }),
    undefined,
    '.',
  )
const context = contextOf({})

/** A problem whose arms had two answers each, of which those of these indexes are kept. */
function problem(reasoning: number, kept: readonly number[] = [0, 1]): SeenProblem {
  const sample = (name: string, index: number, completion: number): SeenSample => {
    const keep = kept.includes(index)
    return {
      arm: name,
      index,
      prompt: 100,
      completion,
      cut: false,
      verdict: keep ? 'correct' : 'incorrect',
      kept: keep,
      reason: keep ? '' : 'incorrect',
    }
  }
  const samples = [0, 1].flatMap((index) => [
    sample('ift', index, 400),
    sample('reasoning', index, reasoning),
  ])
  const asked = { requests: 4, tokens: 0, nano_usd: 0, journal_bytes: 0, asks: [] }
  return { ...asked, id: 'p', stratum: '', told: '', classified: asked, samples, lost: '' }
}

test('a limit or a number of samples that saves nothing is not advised', () => {
  const seen = [problem(900), problem(1500), problem(1900)]
  const limits = tokenLimits(context, seen)
  expect(limits.map(({ value, pairs }) => [value, pairs])).toEqual(
    [2048, 4096, 8192, 16_384, 32_768].map((value) => [value, 3]),
  )
  expect(advised(limits)).toBeUndefined()
  expect(lowestOfAll(limits)!.value).toBe(2048)
  // Four answers with prompts of 100 tokens each: 400 and two of the mean of 1,433.
  expect(limits[0]!.tokens_per_pair).toBeCloseTo(400 + 2 * 400 + (2 * (900 + 1500 + 1900)) / 3, 6)
  expect(limits[0]!.usd_per_pair).toBeCloseTo((400 + 10 * (800 + (2 * 4300) / 3)) / 1e6, 12)
})

test('a limit that cuts the dear answers and few pairs is advised, and a number of samples that only costs', () => {
  const seen = [...Array.from({ length: 60 }, () => problem(900)), problem(30_000)]
  const limits = tokenLimits(context, seen)
  expect(advised(limits)).toMatchObject({ value: 2048, pairs: 60, lost: { ift: 0 } })
  expect(lowestOfAll(limits)).toBeUndefined()
  expect(advised(sampleCounts(context, seen))).toMatchObject({ value: 1, pairs: 61 })
})

test('fewer samples that lose pairs are not advised but cheapest', () => {
  const seen = [problem(900, [0]), problem(900, [0]), problem(900, [1])]
  const samples = sampleCounts(context, seen)
  expect(samples.map(({ pairs }) => pairs)).toEqual([2, 3])
  expect(advised(samples)).toBeUndefined()
  expect(cheapest(samples)!.value).toBe(1)
})

test('answers that are asked for again with more room are lost by no limit', () => {
  const raised = contextOf({ max_tokens: 2048, truncated: { policy: 'raise', max_tokens: [8192] } })
  // What a recovered answer was billed for has the one that was cut in it.
  const limits = tokenLimits(raised, [problem(900), problem(2048 + 5000)])
  expect(limits.length).toBeGreaterThan(0)
  for (const { pairs, lost } of limits)
    expect({ pairs, lost }).toEqual({ pairs: 2, lost: { ift: 0, reasoning: 0 } })
})
