import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { z } from 'zod'
import { knownOutcomes } from '../store/journal/known-outcomes.ts'
import { joinParts } from '../store/parts/join.ts'
import { journalFolder } from '../store/run/paths.ts'

/*
 * How well do the sample filters find what is wrong? The simulated teacher writes down what it spoilt in each answer; here
 * every reason in the decisions of a run is held against that. Recall is the share of the answers with a visible defect
 * that have a reason which names it; precision the share of the answers that the ledger counts under such a reason, the
 * first one of theirs, that have the defect. Responses that were set aside or hold no text are judged by no filter; they
 * are counted apart. A defect is not visible where another one took its place: a refusal has no second language.
 * Two defects may look the same: the Chinese of the teacher is a few sentences again and again, which is also a loop.
 * Precision counts such finds as false, and the column `alike` says how many of them there are.
 * A tag that reading an answer took off is in no row: recall counts it as missed, and the column `mended` says how many.
 * Usage: node bench/filter-truth.ts RUN_FOLDER [--misses]
 */

/** What names each defect, which others hide it, and which look the same. */
const classes: Record<string, { spoilt: string[]; reasons: string[]; hiddenBy: string[]; alike?: string[] }> =
  {
    'wrong answer': {
      spoilt: ['wrong_answer'],
      reasons: ['incorrect'],
      hiddenBy: ['overlong', 'loop', 'refusal', 'unclosed_think', 'empty_content'],
    },
    'missing box': {
      spoilt: ['missing_box'],
      reasons: ['box_missing', 'box_only_in_reasoning'],
      hiddenBy: ['overlong', 'loop', 'refusal', 'unclosed_think', 'empty_content'],
    },
    truncation: {
      spoilt: ['finish_reason length'],
      reasons: ['cut_in_think', 'cut_in_answer'],
      hiddenBy: [],
    },
    loop: {
      spoilt: ['loop'],
      reasons: ['repeated_ngram', 'low_unique_ngrams', 'tail_loop'],
      hiddenBy: ['refusal'],
      alike: ['chinese_answer'],
    },
    'language mixing': {
      spoilt: ['language_mix', 'chinese_answer'],
      reasons: ['language_mixing'],
      hiddenBy: ['refusal', 'empty_content', 'empty_think', 'loop', 'overlong', 'unclosed_think'],
    },
    refusal: { spoilt: ['refusal'], reasons: ['refusal', 'refusal_text'], hiddenBy: [] },
    tags: {
      spoilt: ['two_think_blocks', 'tags_in_answer'],
      reasons: ['tag_damaged', 'tags_in_answer', 'tags_in_reasoning', 'quarantined_unknown_marks'],
      hiddenBy: ['empty_content', 'refusal', 'overlong', 'loop'],
    },
    'no reasoning': { spoilt: ['empty_think'], reasons: ['think_missing', 'think_empty'], hiddenBy: [] },
    'no answer': {
      spoilt: ['empty_content', 'unclosed_think'],
      reasons: ['stop_in_think', 'empty', 'answer_empty'],
      hiddenBy: [],
    },
  }

type Truth = {
  id: string
  spoiled: string[]
  finish_reason: string | null
  answer_is_correct: boolean | null
  mode: string
}
type Seen = Truth & { reasons: string[]; key: string; isMended: boolean }

const [runFolder = 'runs/quickstart'] = process.argv.slice(2)
const truths = await readTruths(join(runFolder, 'simulated-teacher.jsonl'))
const seen: Seen[] = []
let aside = 0
const shards = (await readdir(join(runFolder, 'decisions'))).filter((name) =>
  name.endsWith('.parquet'),
).length
for (let shard = 0; shard < shards; shard++) {
  const responses = await responseIds(journalFolder(runFolder, shard))
  for await (const { samples } of joinParts(runFolder, shard, {
    problems: ['id'],
    traces: ['key', 'reasoning_state', 'removed_marks'],
    decisions: 'all',
  }))
    for (const { trace, decision } of samples) {
      const truth = truths.get(responses.get(decision.key) ?? '')
      const isAside = decision.reasons[0]?.startsWith('quarantined_') || decision.reasons[0] === 'empty'
      if (isAside) aside += 1
      if (!truth || isAside) continue
      const isMended = trace.reasoning_state === 'empty_think_block' || trace.removed_marks.length > 0
      seen.push({ ...truth, reasons: decision.reasons, key: decision.key, isMended })
    }
}
process.stdout.write(
  `${seen.length} traces, and ${aside} set aside or empty\n\ndefect           visible counted   found  mended   alike  precision  recall\n`,
)
for (const [name, { spoilt, reasons, hiddenBy, alike = [] }] of Object.entries(classes)) {
  const isSpoilt = (each: Seen): boolean => {
    if (name === 'truncation') return each.finish_reason === 'length'
    if (name === 'wrong answer') return each.answer_is_correct === false
    const isHidden = each.finish_reason === 'length' && name !== 'loop' && name !== 'language mixing'
    return (
      !isHidden &&
      spoilt.some((one) => each.spoiled.includes(one)) &&
      !hiddenBy.some((one) => each.spoiled.includes(one))
    )
  }
  const isFound = (each: Seen): boolean => reasons.some((reason) => each.reasons.includes(reason))
  const [bad, counted] = [
    seen.filter(isSpoilt),
    seen.filter(({ reasons: all }) => reasons.includes(all[0] ?? '')),
  ]
  const both = bad.filter(isFound).length
  // What another defect hides is no false find: the answer has it, and the teacher wrote that down.
  const wasSpoilt = (each: Seen): boolean =>
    isSpoilt(each) || spoilt.some((one) => each.spoiled.includes(one))
  const right = counted.filter(wasSpoilt).length
  const like = counted.filter(
    (each) => !wasSpoilt(each) && alike.some((one) => each.spoiled.includes(one)),
  ).length
  const mended = bad.filter((each) => !isFound(each) && each.isMended).length
  const numbers = [bad.length, counted.length, both, mended, like].map((each) => String(each).padStart(7))
  process.stdout.write(
    `${name.padEnd(16)} ${numbers.join(' ')}  ${share(right, counted.length).padStart(9)}  ${share(both, bad.length).padStart(6)}\n`,
  )
  if (!process.argv.includes('--misses')) continue
  for (const each of seen.filter((one) => isSpoilt(one) !== isFound(one)).slice(0, 8))
    process.stdout.write(
      `    ${isSpoilt(each) ? 'missed' : 'false'} ${each.key} ${each.mode} spoilt ${each.spoiled.join()} ${each.finish_reason ?? ''} correct ${String(each.answer_is_correct)}: ${each.reasons.join() || 'kept'}\n`,
    )
}
process.stdout.write(
  '\ncounted: the first reason names it; found: any reason does; mended: missed, and taken off by reading the answer;\nalike: counted, and spoilt by another defect that looks the same (precision calls these false)\n',
)
const clean = seen.filter(
  (each) => each.spoiled.length === 0 && each.finish_reason === 'stop' && each.answer_is_correct === true,
)
const lost = clean.filter(({ reasons }) => reasons.length > 0)
process.stdout.write(`\nnothing spoilt: ${clean.length}, of which a reason speaks against ${lost.length}\n`)
for (const each of lost.slice(0, 10))
  process.stdout.write(`    ${each.key} ${each.mode}: ${each.reasons.join()}\n`)

async function readTruths(path: string): Promise<Map<string, Truth>> {
  const found = new Map<string, Truth>()
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const truth = JSON.parse(line) as Truth & { status: number }
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

function share(some: number, of: number): string {
  return of === 0 ? '–' : (some / of).toFixed(4)
}
