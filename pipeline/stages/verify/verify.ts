import { hashOf } from '../../../schemas/canonical.ts'
import { tally, type VerdictsCounts } from '../../../schemas/counts.ts'
import { BudgetSpentError } from '../../../schemas/errors.ts'
import type { Verdict, VerdictValue, VerifierResult } from '../../../schemas/verdict.ts'
import { allVerifiers, verifierOf } from '../../../verifiers/all-verifiers.ts'
import { combineVerdicts } from '../../../verifiers/judge/combine-verdicts.ts'
import { judgePrompt } from '../../../verifiers/judge/judge.ts'
import { requireKeys } from '../../engine/endpoints.ts'
import type { Worker } from '../../engine/worker.ts'
import { judgeArms } from '../../recipe/judge-arms.ts'
import { partState, writePart } from '../../../store/parts/part.ts'
import type { ShardJob, ShardStage } from '../stage.ts'
import { checkSamples } from './check-answers.ts'
import { openFlips } from './flips.ts'
import { sampleWindows, type ProblemSample, type ProblemSamples } from './samples.ts'
import { reportFlips } from './report-flips.ts'
import { reconsiderGold } from './reconsider-gold.ts'
import { openShardJudge, type ShardJudge } from './shard-judge.ts'
import { byArm } from '../counts.ts'

const version = 2
const versions = allVerifiers.map((verifier) => [verifier.name, verifier.version])

/** Answers on their way at a time: enough to keep every thread, or the judge's endpoint, busy, few enough to hold. */
const windowSize = { rules: 256, judge: 1024 }

export const verifyStage: ShardStage = {
  name: 'verify',
  scope: 'shard',
  reads: ['problems', 'traces'],
  writes: 'verdicts',
  // The number of workers is left out: it decides how fast a verdict comes and nothing else.
  fingerprint: ({ recipe }, inputs) =>
    hashOf({
      version,
      versions,
      options: { ...recipe.verify, workers: undefined },
      judge: recipe.verify.judge && {
        prompt: judgePrompt,
        arms: judgeArms(recipe).map((arm) => [arm, recipe.endpoints[arm.endpoint]!.dialect]),
      },
      inputs,
    }),
  require: ({ recipe }, environment) =>
    requireKeys(
      recipe,
      environment,
      judgeArms(recipe).map((judge) => judge.endpoint),
    ),
  run: verify,
  conclude: reportFlips,
}

/**
 * Writes a shard's `verdicts/` part, one verdict for every trace in the order of the traces. Where the part of the same
 * traces is only made again, the changes of its verdicts are recorded next to it.
 */
async function verify(worker: Worker, { shard, fingerprint, lease }: ShardJob): Promise<void> {
  const { runFolder, arms } = worker.context
  const traces = (await partState(runFolder, 'traces', shard))!.digest
  const counts: VerdictsCounts = {
    arms: byArm(arms, () => ({})),
    golds: { suspect: 0, repaired: 0, majority: 0 },
    traces,
  }
  const judge = await openShardJudge(worker, shard, lease)
  try {
    await writePart(runFolder, 'verdicts', shard, {
      lease,
      rows: verdicts(worker, { shard, fingerprint, traces, judge, counts }),
      fingerprint,
      counts: () => counts,
    })
  } finally {
    await judge?.close()
  }
}

type ShardWork = {
  shard: number
  fingerprint: string
  /** Digest of the traces part. */
  traces: string
  judge: ShardJudge | undefined
  counts: VerdictsCounts
}

async function* verdicts(
  worker: Worker,
  { shard, fingerprint, traces, judge, counts }: ShardWork,
): AsyncGenerator<Verdict> {
  const { context } = worker
  const flips = await openFlips(context, shard, { fingerprint, traces })
  const unjudged = worker.unjudged?.size ?? 0
  const least = judge ? windowSize.judge : windowSize.rules
  const withEarlier = flips !== undefined
  for await (const window of sampleWindows(context, shard, { least, withEarlier })) {
    worker.stop.stop.throwIfAborted()
    const ofProblems = await verdictsOf(worker, judge, window)
    for (const [index, ofProblem] of ofProblems.entries()) {
      countGold(counts.golds, ofProblem)
      const { problem, earlier } = window[index]!
      for (const [at, verdict] of ofProblem.entries()) {
        tally(counts.arms[verdict.arm]!, verdict.verdict)
        const before = earlier[at]
        if (before !== undefined) flips?.add(problem, before, verdict)
        yield verdict
      }
    }
  }
  if (worker.unjudged && worker.unjudged.size > unjudged)
    throw new BudgetSpentError(`the judge could not be asked about ${worker.unjudged.size} problems`)
  await flips?.save()
}

async function verdictsOf(
  worker: Worker,
  judge: ShardJudge | undefined,
  window: readonly ProblemSamples[],
): Promise<Verdict[][]> {
  const samples = window.flatMap(({ problem, samples }) => samples.map((sample) => ({ problem, sample })))
  const rules = await checkSamples(worker, samples)
  const judged = await judge?.judge(samples, rules)
  const single = samples.map((sample, index) =>
    verdictOf(worker, sample, rules[index]!, judged?.[index] ?? null),
  )
  const next = single.values()
  return Promise.all(
    window.map((each) =>
      reconsiderGold(
        worker,
        each,
        each.samples.map(() => next.next().value!),
      ),
    ),
  )
}

function verdictOf(
  { context }: Worker,
  { problem, sample }: ProblemSample,
  rule: VerifierResult,
  judge: VerdictValue | null,
): Verdict {
  const { key, problem_id, arm, sample_index } = sample
  const combined = combineVerdicts(rule.verdict, judge, context.recipe.verify.judge?.policy ?? 'rule')
  const { name, version } = verifierOf(problem.task)
  return {
    ...rule,
    ...combined,
    path: combined.verdict_source === 'judge' ? 'judge' : rule.path,
    key,
    problem_id,
    arm,
    sample_index,
    verifier: name,
    verifier_version: version,
    verdict_rule: rule.verdict,
    verdict_judge: judge,
    majority_answer: '',
    gold_suspect: false,
    gold_repaired: false,
  }
}

function countGold(golds: VerdictsCounts['golds'], [first]: readonly Verdict[]): void {
  if (first === undefined) return
  if (first.gold_suspect) golds.suspect += 1
  if (first.gold_repaired) golds.repaired += 1
  else if (first.majority_answer !== '') golds.majority += 1
}
