import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { z } from 'zod'
import { knownOutcomes } from '../../store/journal/known-outcomes.ts'
import { joinParts } from '../../store/parts/join.ts'
import { journalFolder } from '../../store/run/paths.ts'
import { aside, copy, cut, type Judged, noAnswer, wrong } from './classes.ts'

const Truth = z.object({
  id: z.string(),
  status: z.number(),
  fault: z.string().nullable(),
  spoiled: z.array(z.string()),
  finish_reason: z.string().nullable(),
  answer_is_correct: z.boolean().nullable(),
  mode: z.string().nullable(),
})
type Truth = z.infer<typeof Truth>

/** Every trace of a run with what the simulated teacher wrote down about it and the reasons that were stored. */
export async function judgedTraces(runFolder: string): Promise<Judged[]> {
  const truths = await readTruths(join(runFolder, 'simulated-teacher.jsonl'))
  const parts = (await readdir(join(runFolder, 'decisions'))).filter((name) => name.endsWith('.parquet'))
  const all: Judged[] = []
  for (let shard = 0; shard < parts.length; shard++) {
    const responses = await responseIds(journalFolder(runFolder, shard))
    const wanted = { problems: ['id'], traces: ['key', 'arm'], decisions: 'all' } as const
    for await (const { samples } of joinParts(runFolder, shard, wanted)) {
      /** Arms that have answered this problem with another seed than it was asked for; all such answers are one text. */
      const deaf = new Set<string>()
      for (const { trace, decision } of samples) {
        const truth = truths.get(responses.get(decision.key) ?? '')
        if (truth === undefined) throw new Error(`nothing is written down about the sample ${decision.key}`)
        const defects = new Set(truth.spoiled)
        if (truth.finish_reason === 'length') defects.add(cut)
        if (truth.answer_is_correct === false) defects.add(wrong)
        if (truth.answer_is_correct === null) defects.add(noAnswer)
        const [first = ''] = decision.reasons
        if (first.startsWith('quarantined_') || first === 'empty') defects.add(aside)
        else if (truth.fault === 'seed_ignored') {
          if (deaf.has(trace.arm)) defects.add(copy)
          deaf.add(trace.arm)
        }
        all.push({ key: decision.key, mode: truth.mode ?? '', defects, reasons: decision.reasons })
      }
    }
  }
  return all
}

async function readTruths(path: string): Promise<Map<string, Truth>> {
  const found = new Map<string, Truth>()
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const truth = Truth.parse(JSON.parse(line))
    if (truth.status === 200) found.set(truth.id, truth)
  }
  return found
}

/** The ids that the server gave its responses, by the key of the sample. */
async function responseIds(journal: string): Promise<Map<string, string>> {
  return knownOutcomes(journal, (outcome) =>
    outcome.type === 'answered' ? z.object({ id: z.string() }).safeParse(outcome.body).data?.id : undefined,
  )
}
