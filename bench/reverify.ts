import { openRedactor } from '../store/secrets/redact.ts'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openWorker } from '../pipeline/engine/worker.ts'
import { Recipe } from '../pipeline/recipe/recipe.ts'
import { resolveRun } from '../pipeline/recipe/resolve-run.ts'
import type { Reporter } from '../pipeline/reporter/reporter.ts'
import { writePart } from '../store/parts/part.ts'
import { runStages } from '../pipeline/runners/run-stages.ts'
import type { RunContext } from '../pipeline/recipe/run-context.ts'
import { emptyTracesCounts } from '../pipeline/stages/counts.ts'
import { loadStages } from '../pipeline/stages/registry.ts'
import { FlipReport, reportFlips } from '../pipeline/stages/verify/report-flips.ts'
import type { Arm } from '../schemas/arm.ts'
import { sha256 } from '../schemas/canonical.ts'
import type { Problem } from '../schemas/problem.ts'
import type { Trace } from '../schemas/trace.ts'
import { openSession } from '../store/session/session.ts'
import { listenForStop } from '../pipeline/engine/stop-signals.ts'

/*
 * What does it take to verify stored answers again? Made traces are verified, then verified again with another option of
 * the math verifier, in a process of its own for each number of traces. Memory must not grow with that number.
 * Usage: node bench/reverify.ts [TRACES …]
 */

const samplesOfProblem = 8
const problemsOfShard = 256
const quiet: Reporter = {
  start: () => undefined,
  advance: () => undefined,
  show: () => undefined,
  transfer: () => undefined,
  note: () => undefined,
  warn: (text) => process.stderr.write(`${text}\n`),
  result: () => undefined,
  stop: () => undefined,
}

type Figures = {
  traces: number
  first_seconds: number
  again_seconds: number
  peak_mb: number
  flips: number
}

const { positionals } = parseArgs({ allowPositionals: true, options: {} })
if (process.send) await measureHere(Number(positionals[0]))
else {
  process.stdout.write('  traces   first/s   again/s   peak MB   changed\n')
  for (const traces of positionals.length > 0 ? positionals : ['25000', '100000']) {
    const child = fork(import.meta.filename, [traces])
    const [figures] = (await once(child, 'message')) as [Figures]
    const rate = (seconds: number): string => (figures.traces / seconds).toFixed(0).padStart(9)
    process.stdout.write(
      `${String(figures.traces).padStart(8)} ${rate(figures.first_seconds)} ${rate(figures.again_seconds)} ${figures.peak_mb.toFixed(0).padStart(9)} ${String(figures.flips).padStart(9)}\n`,
    )
  }
}

async function measureHere(traces: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-bench-'))
  try {
    const shards = Math.ceil(traces / samplesOfProblem / problemsOfShard)
    for (let shard = 0; shard < shards; shard++) await makeShard(folder, shard)
    const first_seconds = await verify(folder, shards, 'strict')
    const again_seconds = await verify(folder, shards, 'gold')
    const report = FlipReport.parse(JSON.parse(await readFile(join(folder, 'flips.json'), 'utf8')))
    const flips = report.counts.reduce((sum, each) => sum + each.wrong_to_right, 0)
    const peak_mb = process.resourceUsage().maxRSS / 1024
    process.send!({ traces: report.compared, first_seconds, again_seconds, peak_mb, flips } satisfies Figures)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function verify(folder: string, shards: number, rounding: 'strict' | 'gold'): Promise<number> {
  const context = contextOf(folder, rounding)
  const problems = shards * problemsOfShard
  const plan = {
    shards,
    per_shard: problemsOfShard,
    fingerprint: '',
    golds: '',
    read: problems,
    lost: {},
    problems,
  }
  const stop = listenForStop(() => undefined)
  const session = await openSession(folder, { shared: false })
  const worker = openWorker({
    context,
    reporter: quiet,
    stop,
    session,
    attempt: 'start-000001',
    now: Date.now,
    environment: {},
    keys: openRedactor(),
    threadEntry: new URL('../pipeline/stages/thread.ts', import.meta.url),
    random: Math.random,
  })
  const begun = performance.now()
  const all = await loadStages()
  const chosen = all.filter((stage) => stage.name === 'verify')
  await runStages(worker, {
    plan,
    title: 'verify',
    all,
    chosen,
    ledger: () => Promise.reject(new Error('no ledger')),
  })
  await reportFlips(context, plan, quiet)
  const seconds = (performance.now() - begun) / 1000
  await worker.close()
  await session.end()
  stop.release()
  return seconds
}

function contextOf(folder: string, rounding: 'strict' | 'gold'): RunContext {
  const arm = { role: 'ift', teacher: 'generic', mode: 'non_thinking', model: 'm', endpoint: 'none' }
  const recipe = Recipe.parse({
    name: 'reverify',
    problems: { builtin: { count: 1 } },
    endpoints: { none: { base_url: 'http://127.0.0.1:1/v1' } },
    arms: { ift: { ...arm, samples: samplesOfProblem } },
    verify: { math: { rounding } },
  })
  return resolveRun(recipe, folder, '/')
}

async function makeShard(folder: string, shard: number): Promise<void> {
  const problems = Array.from({ length: problemsOfShard }, (_, index) => madeProblem(shard, index))
  const counts = { problems: problems.length }
  await writePart(folder, 'problems', shard, { rows: problems, fingerprint: '', counts: () => counts })
  const { arms } = contextOf(folder, 'strict')
  const [arm] = arms
  const rows = problems
    .values()
    .flatMap((problem) =>
      Array.from({ length: samplesOfProblem }, (_, sample) => madeTrace(arm!, problem, sample)),
    )
  await writePart(folder, 'traces', shard, { rows, fingerprint: '', counts: () => emptyTracesCounts(arms) })
}

function madeProblem(shard: number, index: number): Problem {
  const number = shard * problemsOfShard + index + 1
  return {
    id: sha256(`${number}`).slice(0, 32),
    prompt: `What is ${number} divided by 7?`,
    answers: [(number / 7).toFixed(3)],
    choices: [],
    task: 'math',
    source: 'made',
    source_id: String(number),
    license: '',
    domain: '',
    difficulty: '',
  }
}

/** A solution of usual length; one in eight has more digits than its reference, one in eight is wrong. */
function madeTrace({ name, sampling }: Arm, problem: Problem, sample: number): Trace {
  const number = Number(problem.source_id)
  const value = sample === 0 ? (number / 7).toFixed(7) : sample === 1 ? number : (number / 7).toFixed(3)
  const work =
    `We divide ${number} by 7 and look at the remainder, which tells how the digits go on. `.repeat(12)
  return {
    key: sha256(`${number} ${sample}`).slice(0, 32),
    problem_id: problem.id,
    arm: name,
    sample_index: sample,
    teacher: 'generic',
    model: 'm',
    served_model: 'm',
    provider: '',
    mode: 'non_thinking',
    switch: 'native',
    effort: null,
    sampling,
    seed: sample,
    prompt_hash: '',
    reasoning: '',
    answer: `${work}\n\nSo the answer is \\boxed{${value}}.`,
    removed_marks: [],
    reasoning_source: 'none',
    reasoning_state: 'none',
    finish_reason: 'stop',
    finish_state: 'complete',
    truncation: 'none',
    steps: 1,
    sampling_plan: 'fixed',
    usage: { prompt_tokens: 20, completion_tokens: 300, reasoning_tokens: null, cached_tokens: null },
    billed: { prompt_tokens: 20, completion_tokens: 40, estimated: false, counted_with: 'server' },
    reasoning_tokens: 0,
    answer_tokens: 300,
    tokenizer: 'none',
    tokens_estimated: true,
    error: '',
  }
}
