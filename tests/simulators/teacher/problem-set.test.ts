import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Problem, problemId } from '../../../schemas/problem.ts'
import { valueKey } from '../../../problems/builtin/answer-value.ts'
import { builtinItems, builtinProblems } from '../../../problems/builtin/builtin-problems.ts'
import { problemKinds } from '../../../problems/builtin/registry.ts'
import { referenceForm, renderings } from '../../../problems/builtin/renderings.ts'
import { mathChecks } from './recompute-math.ts'
import { otherChecks } from './recompute-other.ts'

const checks = { ...mathChecks, ...otherChecks }
const ITEMS = [...builtinItems({ count: 3000, seed: 1 })]

function kindOf(sourceId: string): string {
  return sourceId.replace(/-\d+$/, '')
}

describe('the built-in problems', () => {
  test.each(problemKinds.map((kind) => kind.name))(
    '%s: every answer is found again from the prompt',
    (name) => {
      const mine = ITEMS.filter(({ problem }) => kindOf(problem.source_id) === name)
      const wrong = mine.filter(
        ({ problem }) => !checks[name]!(problem.prompt, problem.answers[0]!, problem.choices),
      )
      expect(mine.length).toBeGreaterThan(90)
      expect(wrong.map(({ problem }) => [problem.prompt, problem.answers[0], problem.choices])).toEqual([])
    },
  )

  test('are valid problems with distinct prompts and ids', () => {
    const problems = ITEMS.map(({ problem }) => Problem.parse({ ...problem, id: problemId(problem) }))
    expect(new Set(problems.map((problem) => problem.prompt)).size).toBe(3000)
    expect(new Set(problems.map((problem) => problem.id)).size).toBe(3000)
    expect(new Set(problems.map((problem) => problem.source_id)).size).toBe(3000)
    expect(new Set(problems.map((problem) => problem.difficulty))).toEqual(
      new Set(['easy', 'medium', 'hard']),
    )
    expect(new Set(problems.map((problem) => problem.task))).toEqual(
      new Set(['math', 'numeric', 'choice', 'text']),
    )
  })

  test('have options exactly where they are multiple choice', () => {
    for (const { problem } of ITEMS) {
      expect(problem.choices.length >= 4).toBe(problem.task === 'choice')
      expect(new Set(problem.choices).size).toBe(problem.choices.length)
    }
  })

  test('take turns by kind', () => {
    const first = ITEMS.slice(0, problemKinds.length).map(({ problem }) => kindOf(problem.source_id))
    expect(first).toEqual(problemKinds.map((kind) => kind.name))
  })

  test('are worded in several ways in every kind', () => {
    for (const kind of problemKinds) {
      const shapes = ITEMS.filter(({ problem }) => kindOf(problem.source_id) === kind.name).map(
        ({ problem }) => problem.prompt.slice(0, 5),
      )
      expect(new Set(shapes).size).toBeGreaterThan(2)
    }
  })

  test('have worked steps that end in the answer and wrong answers of another value', () => {
    for (const item of ITEMS) {
      expect(item.steps.length).toBeGreaterThanOrEqual(3)
      const keys = [item.answer, ...item.wrong.map(({ value }) => value)].map(valueKey)
      expect(new Set(keys).size).toBe(keys.length)
      expect(keys.length).toBeGreaterThan(1)
      expect(item.wrong.every(({ value }) => referenceForm(value) !== referenceForm(item.answer))).toBe(true)
    }
  })

  test('no wrong answer passes the check that the right one passes', () => {
    for (const { problem, wrong } of ITEMS) {
      for (const { value } of wrong) {
        const check = checks[kindOf(problem.source_id)]!
        expect(check(problem.prompt, referenceForm(value), problem.choices)).toBe(false)
      }
    }
  })

  test('show in the forms that real reference answers take', () => {
    const answers = ITEMS.map(({ problem }) => problem.answers[0]!)
    const forms = [
      /^-?\d+$/,
      /\\frac/,
      /^\d+\.\d+$/,
      /\\%$/,
      /^[[(].*,.*[\])]$/,
      /\\infty/,
      /^\\\{.*\\\}$/,
      /^[A-E]$/,
      /\\text\{ /,
      /\\pi/,
      /\\sqrt/,
      /x\^/,
      /^[a-z ]+$/,
    ]
    for (const form of forms) expect(answers.some((answer) => form.test(answer))).toBe(true)
  })

  test('a smaller count is the beginning of a larger one, for every seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 80 }), (seed, count) => {
        const some = [...builtinProblems({ count, seed })]
        expect(some).toHaveLength(count)
        expect([...builtinProblems({ count: 80, seed })].slice(0, count)).toEqual(some)
      }),
      { numRuns: 15 },
    )
  })

  test('other seeds give other problems', () => {
    const one = new Set(ITEMS.slice(0, 600).map(({ problem }) => problem.prompt))
    const shared = [...builtinProblems({ count: 600, seed: 2 })].filter((problem) => one.has(problem.prompt))
    expect(shared.length).toBeLessThan(60)
  })

  test('every rendering is a form of its own beginning with the reference form', () => {
    for (const { answer, problem } of ITEMS) expect(renderings(answer)[0]).toBe(problem.answers[0])
  })
})
