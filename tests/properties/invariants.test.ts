import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { smallRecipe } from '../support/recipe-file.ts'
import { Recipe } from '../../pipeline/recipe/recipe.ts'
import { resolveRun } from '../../pipeline/recipe/resolve-run.ts'
import { pairOf } from '../../pipeline/stages/pair/pair.ts'
import type { Candidate } from '../../pipeline/stages/pair/select-trace.ts'
import type { VerdictValue } from '../../schemas/verdict.ts'
import { combineVerdicts } from '../../verifiers/judge/combine-verdicts.ts'

/* Invariants of datasets that no other test holds; docs/invariants.md lists all of them with the test of each. */
const root = join(import.meta.dirname, '../..')

const verdict = fc.constantFrom<VerdictValue>(
  'correct',
  'incorrect',
  'undecided',
  'no_answer',
  'gold_unparseable',
  'timeout',
  'error',
)

test('a judge never lowers what is right under union, and never raises it under intersection', () => {
  fc.assert(
    fc.property(verdict, fc.option(verdict), (rule, judge) => {
      const isRight = (policy: 'union' | 'intersection'): boolean =>
        combineVerdicts(rule, judge, policy).verdict === 'correct'
      if (rule === 'correct') expect(isRight('union')).toBe(true)
      else expect(isRight('intersection')).toBe(false)
    }),
  )
})

test('the pairs are the problems that every arm has a kept answer to, and the four outcomes of two arms add up', () => {
  const context = resolveRun(Recipe.parse(smallRecipe('http://127.0.0.1:1/v1')), undefined, root)
  const [one, two] = context.arms.map(({ name }) => name) as [string, string]
  const answers = fc.array(fc.boolean(), { maxLength: 4 })
  fc.assert(
    fc.property(fc.array(fc.tuple(answers, answers), { maxLength: 12 }), (problems) => {
      const paired = new Set<number>()
      const right = { [one]: new Set<number>(), [two]: new Set<number>() }
      for (const [index, own] of problems.entries()) {
        const candidates = own.flatMap((samples, arm) =>
          samples.map((isRight, sample_index) => candidate([one, two][arm]!, sample_index, isRight)),
        )
        if (pairOf(String(index), candidates, context).lost === '') paired.add(index)
        for (const { arm, keep } of candidates) if (keep) right[arm]!.add(index)
      }
      const [a, b] = [right[one]!, right[two]!]
      expect(paired).toEqual(a.intersection(b))
      const neither = problems.length - a.union(b).size
      expect(paired.size + a.difference(b).size + b.difference(a).size + neither).toBe(problems.length)
    }),
  )
})

function candidate(arm: string, sample_index: number, isRight: boolean): Candidate {
  const about = { key: `${arm} ${sample_index}`, problem_id: '', arm, sample_index, tokens: sample_index }
  return { ...about, verdict: isRight ? 'correct' : 'incorrect', keep: isRight }
}

test('every invariant of docs/invariants.md is held by a test that is there', () => {
  const page = readFileSync(join(root, 'docs/invariants.md'), 'utf8')
  const rows = [...page.matchAll(/^\| .+ \| `(tests\/[\w./-]+)` \| (.+) \|$/gmu)]
  expect(rows.length).toBeGreaterThanOrEqual(12)
  for (const [, file, title] of rows)
    expect([file, title, readFileSync(join(root, file!), 'utf8').includes(title!)]).toEqual([
      file,
      title,
      true,
    ])
})
