import { noTokens } from '../../schemas/bill.ts'
import { hashOf } from '../../schemas/canonical.ts'
import type { PartRow } from '../../schemas/parts.ts'
import { partState, writePart } from '../../store/parts/part.ts'
import { openRedactor } from '../../store/secrets/redact.ts'
import { readTarget } from '../../pipeline/commands/books/read-run.ts'
import { inputKinds } from '../../pipeline/stages/input-kinds.ts'
import { loadStages } from '../../pipeline/stages/registry.ts'
import type { RunContext } from '../../pipeline/recipe/run-context.ts'
import type { PartKind } from '../../schemas/parts.ts'
import { shardOf } from '../../store/run/shard-cuts.ts'
import { makeRunFolder, writeRunRecord } from '../../store/run/run-folder.ts'
import { allFilters } from '../../filters/registry.ts'
import { decisionRow } from '../../filters/measures.ts'
import { Recipe } from '../../pipeline/recipe/recipe.ts'
import { byArm, emptyTracesCounts } from '../../pipeline/stages/counts.ts'

const problemsPerShard = 1000
const samples = 2
const thought = 'Wait, let me count the baskets once more and add what is in each of them.\n\n'.repeat(60)

const recipe = Recipe.parse({
  name: 'made',
  problems: { builtin: { count: 1, seed: 1 }, per_shard: problemsPerShard },
  endpoints: { teacher: { base_url: 'http://127.0.0.1:9/v1', dialect: 'vllm' } },
  arms: {
    ift: { teacher: 'qwen3', model: 'm', endpoint: 'teacher', role: 'ift', mode: 'non_thinking', samples },
    reasoning: {
      teacher: 'qwen3',
      model: 'm',
      endpoint: 'teacher',
      role: 'reasoning',
      mode: 'thinking',
      samples,
    },
  },
})
const arms = ['ift', 'reasoning'] as const

/**
 * Writes the parts of a run with so many answers, two of each arm for a problem. Their fingerprints are those
 * that the stages would give them, but no stage has counted them, so that the ledger of this run is empty; all that a report
 * counts is there, with texts of up to 4 kB.
 *
 * @returns its folder
 */
export async function pairedRun(folder: string, answers: number): Promise<string> {
  const problems = Math.ceil(answers / samples / arms.length)
  const shards = Math.ceil(problems / problemsPerShard)
  await makeRunFolder(folder)
  const plan = {
    shards,
    per_shard: problemsPerShard,
    fingerprint: 'made',
    golds: 'made',
    read: problems,
    lost: {},
    problems,
  }
  await writeRunRecord(folder, recipe, undefined, { plan, pins: undefined }, () => 0)
  const numbers = Array.from({ length: shards }, (): number[] => [])
  for (let number = 0; number < problems; number++) numbers[shardOf(idOf(number), shards)]!.push(number)
  const io = { environment: {}, cwd: folder, now: () => 0, keys: openRedactor() }
  const { context } = await readTarget(folder, {}, io)
  for (const [shard, own] of numbers.entries()) await writeShard(context, shard, own)
  return folder
}

/** What the stage that writes a part would sign it with, from the parts that it reads. */
async function signed(context: RunContext, kind: PartKind, shard: number): Promise<{ fingerprint: string }> {
  const stages = await loadStages()
  const stage = stages.find(({ writes, scope }) => writes === kind && scope === 'shard')
  if (stage?.scope !== 'shard') return { fingerprint: 'made' }
  const digests = []
  for (const read of Object.values(inputKinds(stages, stage, context)))
    digests.push((await partState(context.runFolder, read, shard))!.digest)
  return { fingerprint: stage.fingerprint(context, digests) }
}

async function writeShard(context: RunContext, shard: number, numbers: readonly number[]): Promise<void> {
  const folder = context.runFolder
  const made = numbers.map(problemOf)
  await writePart(folder, 'problems', shard, {
    ...(await signed(context, 'problems', shard)),
    rows: made.map(({ problem }) => problem),
    counts: () => ({ problems: made.length }),
  })
  const all = made.flatMap(({ answers }) => answers)
  await writePart(folder, 'traces', shard, {
    ...(await signed(context, 'traces', shard)),
    rows: all.map(({ trace }) => trace),
    counts: () => emptyTracesCounts(context.arms),
  })
  await writePart(folder, 'verdicts', shard, {
    ...(await signed(context, 'verdicts', shard)),
    rows: all.map(({ verdict }) => verdict),
    counts: () => ({ arms: {}, golds: { suspect: 0, repaired: 0, majority: 0 }, traces: '' }),
  })
  await writePart(folder, 'decisions', shard, {
    ...(await signed(context, 'decisions', shard)),
    rows: all.map(({ decision }) => decision),
    row: decisionRow(allFilters),
    counts: () => ({
      arms: byArm(context.arms, () => ({
        in: 0,
        unverified: {},
        dropped: {},
        kept: 0,
        tokens: { unverified: {}, dropped: {}, kept: noTokens() },
      })),
    }),
  })
  await writePart(folder, 'pairs', shard, {
    ...(await signed(context, 'pairs', shard)),
    rows: made.map(({ pair }) => pair),
    counts: () => ({
      arms: byArm(context.arms, () => ({
        in: 0,
        lost: {},
        paired: 0,
        tokens: { lost: {}, paired: noTokens() },
      })),
      problems: { lost: {}, paired: 0 },
    }),
  })
}

const idOf = (number: number): string => hashOf({ number })

type Answer = { trace: PartRow<'traces'>; verdict: PartRow<'verdicts'>; decision: PartRow<'decisions'> }

function problemOf(number: number): {
  problem: PartRow<'problems'>
  answers: Answer[]
  pair: PartRow<'pairs'>
} {
  const id = idOf(number)
  const answers = arms.flatMap((arm) =>
    Array.from({ length: samples }, (_, index) => answerOf(id, arm, index)),
  )
  const chosen = arms.map((arm) => answers.find(({ trace, decision }) => trace.arm === arm && decision.keep))
  const isPair = chosen.every((one) => one !== undefined)
  return {
    problem: {
      id,
      prompt: `How many apples are ${number} baskets?`,
      answers: [String(number)],
      choices: [],
      task: 'math',
      source: 'made',
      source_id: String(number),
      license: 'cc0-1.0',
      domain: `domain ${number % 12}`,
      difficulty: `level ${number % 5}`,
    },
    answers,
    pair: {
      pair_id: id,
      lost: isPair ? '' : 'missing_ift',
      members: chosen.flatMap((one) =>
        one
          ? [
              {
                arm: one.trace.arm,
                key: one.trace.key,
                sample_index: one.trace.sample_index,
                kept: 1,
                sampling_plan: 'fixed' as const,
                correct: 1,
                checked: samples,
              },
            ]
          : [],
      ),
    },
  }
}

function answerOf(problem_id: string, arm: (typeof arms)[number], sample_index: number): Answer {
  const key = hashOf({ problem_id, arm, sample_index })
  const lot = Number.parseInt(key.slice(0, 6), 16)
  const place = { key, problem_id, arm, sample_index }
  const thinks = arm === 'reasoning'
  const isRight = lot % 10 < 7
  const tokens = thinks ? 200 + (lot % 30_000) : 0
  return {
    trace: {
      ...place,
      sampling_plan: 'fixed',
      teacher: 'qwen3',
      model: 'm',
      served_model: '',
      provider: '',
      mode: thinks ? 'thinking' : 'non_thinking',
      switch: 'native',
      effort: null,
      sampling: {
        temperature: 0.6,
        top_p: 0.95,
        top_k: null,
        min_p: null,
        presence_penalty: null,
        max_tokens: 32_768,
      },
      seed: lot,
      prompt_hash: '',
      reasoning: thinks ? thought.slice(0, 500 + (lot % 4000)) : '',
      answer: `It is ${lot}.`,
      removed_marks: [],
      reasoning_source: thinks ? 'reasoning_content' : 'none',
      reasoning_state: thinks ? 'reasoned' : 'none',
      finish_reason: 'stop',
      finish_state: lot % 50 === 0 ? 'cut_in_answer' : 'complete',
      truncation: 'none',
      steps: 1,
      usage: {
        prompt_tokens: 50,
        completion_tokens: tokens + 20,
        reasoning_tokens: null,
        cached_tokens: null,
      },
      billed: { prompt_tokens: 50, completion_tokens: tokens + 20, estimated: false, counted_with: 'server' },
      reasoning_tokens: tokens,
      answer_tokens: 20,
      tokenizer: 'o200k',
      tokens_estimated: false,
      error: '',
    },
    verdict: {
      ...place,
      verdict: isRight ? 'correct' : 'incorrect',
      extracted: String(lot),
      extraction: 'boxed',
      path: 'literal',
      reason: '',
      verifier: 'math',
      verifier_version: '1',
      verdict_rule: isRight ? 'correct' : 'incorrect',
      verdict_judge: lot % 10 === 7 ? 'correct' : null,
      verdict_source: 'rule',
      majority_answer: '',
      gold_suspect: false,
      gold_repaired: false,
    },
    decision: {
      ...place,
      keep: isRight,
      reasons: isRight ? [] : ['incorrect'],
      measures: measuresOf(thinks, lot),
    },
  }
}

const measureNames = allFilters.flatMap(({ measures = [] }) => measures.map(({ name }) => name))

function measuresOf(thinks: boolean, lot: number): Record<string, number | null> {
  return Object.fromEntries(measureNames.map((name, at) => [name, thinks ? (lot >> at) % 40 : null]))
}
