import { randomFrom } from './random.ts'
import { valueKey } from './answer-value.ts'
import type { BuiltinItem, BuiltinProblem, Draft, ProblemKind, WrongAnswer } from './kind.ts'
import { problemKinds } from './registry.ts'
import { referenceForm } from './renderings.ts'

/** Draws in a row that a kind may repeat itself before it counts as exhausted. */
const PATIENCE = 60

export type BuiltinOptions = {
  /** How many problems; fewer come when every kind is exhausted, which takes tens of thousands. */
  count: number
  /** Another seed gives other problems under the same source ids. */
  seed: number
}

/**
 * The built-in problem set, in a fixed order: the kinds take turns, no prompt occurs twice, and the first n problems are
 * the same for every count. Reference answers are right by construction.
 */
export function* builtinProblems(options: BuiltinOptions): Generator<BuiltinProblem> {
  for (const item of builtinItems(options)) yield item.problem
}

/** The same problems with their worked steps and plausible wrong answers. */
export function* builtinItems({ count, seed }: BuiltinOptions): Generator<BuiltinItem> {
  let lanes = problemKinds.map((kind) => lane(kind, seed))
  let left = count
  while (left > 0 && lanes.length > 0) {
    const live: typeof lanes = []
    for (const next of lanes) {
      if (left === 0) return
      const { value, done } = next.next()
      if (done === true) continue
      live.push(next)
      left--
      yield value
    }
    lanes = live
  }
}

/** The problems of one kind, each prompt once, until the kind has no new ones. */
function* lane(kind: ProblemKind, seed: number): Generator<BuiltinItem, undefined> {
  const random = randomFrom('problem-set', kind.name, seed)
  const seen = new Set<string>()
  let repeats = 0
  while (repeats < PATIENCE) {
    const draft = kind.draft(random)
    const wrong = reallyWrong(draft)
    if (seen.has(draft.prompt) || wrong.length === 0) {
      repeats++
      continue
    }
    repeats = 0
    seen.add(draft.prompt)
    yield item(kind, draft, wrong, seen.size)
  }
  return undefined
}

function reallyWrong(draft: Draft): WrongAnswer[] {
  const keys = new Set([valueKey(draft.answer)])
  return draft.wrong.filter(({ value }) => {
    const key = valueKey(value)
    if (keys.has(key)) return false
    keys.add(key)
    return true
  })
}

function item(kind: ProblemKind, draft: Draft, wrong: WrongAnswer[], number: number): BuiltinItem {
  return {
    problem: {
      prompt: draft.prompt,
      answers: [referenceForm(draft.answer)],
      choices: draft.choices ?? [],
      task: kind.task,
      source: 'twinstill-builtin',
      source_id: `${kind.name}-${String(number).padStart(4, '0')}`,
      license: 'Apache-2.0',
      domain: kind.domain,
      difficulty: draft.difficulty,
    },
    answer: draft.answer,
    difficulty: draft.difficulty,
    steps: draft.steps,
    checks: draft.checks ?? [],
    wrong,
  }
}
