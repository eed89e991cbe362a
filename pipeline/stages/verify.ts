import { hashOf } from '../../schemas/canonical.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Trace } from '../../schemas/trace.ts'
import { Verdict, type VerifierResult } from '../../schemas/verdict.ts'
import type { VerifierJob } from '../../verifiers/pool.ts'
import { findVerifier, verifiers } from '../../verifiers/registry.ts'
import type { Engine } from '../engine.ts'
import { readPart, writePart } from '../run/part.ts'
import type { ShardContext, ShardStage } from '../stage.ts'
import { byArm, tally, type VerdictsCounts } from './counts.ts'

const version = 1
const versions = verifiers.map((verifier) => [verifier.name, verifier.version])

/** Answers on their way through the pool at a time: enough to keep every thread busy, few enough to hold. */
const windowSize = 256

type Answer = Pick<Trace, 'key' | 'problem_id' | 'arm' | 'sample_index' | 'answer' | 'finish_state'>

export const verifyStage: ShardStage = {
  name: 'verify',
  reads: ['problems', 'traces'],
  writes: 'verdicts',
  // Workers and timeout are left out: they decide how fast a verdict comes, and only a `timeout` may depend on them.
  fingerprint: ({ recipe }, inputs) =>
    hashOf({ version, versions, options: { ...recipe.verify, workers: undefined }, inputs }),
  run: verify,
}

/** Writes a shard's `verdicts/` part, one verdict for every trace in the order of the traces. */
async function verify(engine: Engine, shard: number, fingerprint: string): Promise<void> {
  const { runFolder, arms } = engine.context
  const counts: VerdictsCounts = { arms: byArm(arms, () => ({})) }
  await writePart(runFolder, 'verdicts', shard, {
    schema: Verdict,
    rows: verdicts(engine, shard, counts),
    fingerprint,
    counts: () => counts,
  })
}

async function* verdicts(engine: Engine, shard: number, counts: VerdictsCounts): AsyncGenerator<Verdict> {
  for await (const window of windows(answersOf(engine.context, shard))) {
    const results = await checkAll(engine, window)
    for (const [index, { answer, problem }] of window.entries()) {
      const result = results[index]!
      const { key, problem_id, arm, sample_index } = answer
      tally(counts.arms[arm]!, result.verdict)
      const verifier = findVerifier(problem.task)
      yield {
        ...result,
        key,
        problem_id,
        arm,
        sample_index,
        verifier: verifier?.name ?? '',
        verifier_version: verifier?.version ?? '',
      }
    }
  }
}

type Checkable = { answer: Answer; problem: Problem }

/** An answer that is empty for a known reason is not sent to a verifier: there is nothing to check. */
async function checkAll(engine: Engine, window: readonly Checkable[]): Promise<VerifierResult[]> {
  const jobs = window.filter(({ answer }) => answer.answer.trim() !== '').map(toJob)
  const checked = (await engine.verifierPool().verify(jobs)).values()
  return window.map(({ answer }) => (answer.answer.trim() === '' ? noAnswer(answer) : checked.next().value!))
}

function toJob({ answer, problem }: Checkable): VerifierJob {
  const { prompt, answers, choices, task } = problem
  return { task, input: { prompt, answers, choices, output: answer.answer } }
}

function noAnswer({ finish_state }: Answer): VerifierResult {
  return { verdict: 'no_answer', extracted: '', extraction: '', path: '', reason: finish_state }
}

async function* answersOf({ runFolder }: ShardContext, shard: number): AsyncGenerator<Checkable> {
  await using problems = readPart<Problem>(runFolder, 'problems', shard)
  let problem: Problem | undefined
  for await (const answer of readPart<Answer>(runFolder, 'traces', shard, [
    'key',
    'problem_id',
    'arm',
    'sample_index',
    'answer',
    'finish_state',
  ])) {
    while (problem?.id !== answer.problem_id) {
      const next = await problems.next()
      if (next.done) throw new Error(`shard ${shard}: trace ${answer.key} belongs to no problem of its shard`)
      problem = next.value
    }
    yield { answer, problem }
  }
}

async function* windows<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let window: Item[] = []
  for await (const item of items) {
    if (window.push(item) < windowSize) continue
    yield window
    window = []
  }
  if (window.length > 0) yield window
}
