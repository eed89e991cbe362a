import { readdir } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { reportLabelled } from './truth-labelled.ts'
import { wilson, written } from '../verifiers/wilson.ts'
import { knownOutcomes } from '../store/journal/known-outcomes.ts'
import { joinParts } from '../store/parts/join.ts'
import { journalFolder } from '../store/run/paths.ts'
import type { Problem } from '../schemas/problem.ts'
import type { Trace } from '../schemas/trace.ts'
import type { Verdict } from '../schemas/verdict.ts'

/*
 * How right are the verdicts? The simulated teacher writes down whether the answer it shows is right; here every verdict
 * of a run is held against that. A file of labelled rows is graded instead: `npm run bench:truth -- ROWS.jsonl`, with
 * `--python PATH` for Math-Verify on the same rows and `--misses` for every row on which label and verdict differ.
 * Usage: node bench/truth.ts RUN_FOLDER | ROWS.jsonl
 */

/** What both figures must reach for the verdicts to be trusted. */
export const least = 0.99

const Truth = z.object({
  id: z.string(),
  answer_is_correct: z.boolean().nullable(),
  spoiled: z.array(z.string()),
  final_answer: z.string().nullable(),
})
type Truth = z.infer<typeof Truth>

/** Confusion of verdicts against the truth, and every sample on which they differ. */
export async function compareWithTruth(runFolder: string): Promise<{
  truePositives: number
  falsePositives: number
  falseNegatives: number
  trueNegatives: number
  precision: number
  recall: number
  misses: string[]
}> {
  const truths = await readTruths(join(runFolder, 'simulated-teacher.jsonl'))
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 }
  const misses: string[] = []
  const parts = (await readdir(join(runFolder, 'traces'))).filter((name) => name.endsWith('.parquet')).length
  for (let shard = 0; shard < parts; shard++) {
    const wanted = { problems: 'all', traces: 'all', verdicts: 'all' } as const
    const responses = await responseIds(journalFolder(runFolder, shard))
    for await (const { problem, samples } of joinParts(runFolder, shard, wanted))
      for (const { trace, verdict } of samples) {
        const truth = truths.get(responses.get(trace.key) ?? '')
        if (typeof truth?.answer_is_correct !== 'boolean') continue
        const saysCorrect = verdict.verdict === 'correct'
        if (saysCorrect && truth.answer_is_correct) counts.truePositives += 1
        else if (saysCorrect) counts.falsePositives += 1
        else if (truth.answer_is_correct) counts.falseNegatives += 1
        else counts.trueNegatives += 1
        if (saysCorrect !== truth.answer_is_correct) misses.push(describe(problem, trace, verdict, truth))
      }
  }
  const { truePositives, falsePositives, falseNegatives } = counts
  return {
    ...counts,
    precision: truePositives / (truePositives + falsePositives),
    recall: truePositives / (truePositives + falseNegatives),
    misses,
  }
}

async function readTruths(path: string): Promise<Map<string, Truth>> {
  const truths = new Map<string, Truth>()
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const truth = Truth.safeParse(JSON.parse(line))
    if (truth.success) truths.set(truth.data.id, truth.data)
  }
  return truths
}

function describe(problem: Problem, trace: Trace, verdict: Verdict, truth: Truth): string {
  const facts = {
    source_id: problem.source_id,
    arm: trace.arm,
    gold: problem.answers,
    shown: truth.final_answer,
    truth: truth.answer_is_correct,
    verdict: verdict.verdict,
    extracted: verdict.extracted,
    reason: verdict.reason,
    finish_state: trace.finish_state,
    spoiled: truth.spoiled,
  }
  return JSON.stringify(facts)
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { python: { type: 'string' }, misses: { type: 'boolean', default: false } },
  })
  const [path = 'runs/quickstart'] = positionals
  if (path.endsWith('.jsonl')) {
    if ((await reportLabelled(path, values.python, values.misses)) > 0) process.exitCode = 1
  } else await reportRun(path)
}

async function reportRun(path: string): Promise<void> {
  const { misses, precision, recall, ...counts } = await compareWithTruth(path)
  const { truePositives, falsePositives, falseNegatives } = counts
  console.log(counts)
  console.log(
    `precision ${written(wilson(truePositives, truePositives + falsePositives))}  recall ${written(wilson(truePositives, truePositives + falseNegatives))}  misses ${misses.length}`,
  )
  for (const miss of misses) console.log(miss)
  if (!(precision >= least && recall >= least)) {
    console.error(`precision and recall must both be at least ${least}`)
    process.exitCode = 1
  }
}

/** The ids that the server gave its responses, by the key of the sample. */
async function responseIds(journal: string): Promise<Map<string, string>> {
  return knownOutcomes(journal, (outcome) =>
    outcome.type === 'answered' ? z.object({ id: z.string() }).safeParse(outcome.body).data?.id : undefined,
  )
}
