import { parseThinking, type ThinkingParts } from '../../../../output/exports/think.ts'
import { contentHash, type ReviewAnswer, type ReviewPair } from '../../../../review/pairs/pair.ts'
import { notRecorded } from '../../../../review/view/numbers.ts'
import { Mode } from '../../../../schemas/arm.ts'
import { isObject } from '../../../../schemas/is-object.ts'
import { FinishState, TruncationState } from '../../../../schemas/trace.ts'
import { VerdictSource, VerdictValue } from '../../../../schemas/verdict.ts'
import type { RowColumns } from './row-columns.ts'

type Row = Readonly<Record<string, unknown>>

/** A row of a dataset as a reviewer sees a pair. What a dataset does not hold is said to be not recorded. */
export function pairOfRow(row: Row, columns: RowColumns): ReviewPair {
  const prompt = textOf(row['prompt']) ?? ''
  const reference = columns.all.has('reference_answers') ? textsOf(row['reference_answers']) : null
  const messages = columns.texts.map((name) => textOf(row[name]) ?? '')
  const metas = columns.texts.map((name) => metaOf(row[`${name}_meta`]))
  const doubts = metas.map((meta) => meta['gold_suspect']).filter((doubt) => typeof doubt === 'boolean')
  const text = (name: string): string => textOf(row[name]) ?? ''
  return {
    id: text(columns.id),
    content_hash: contentHash(prompt, reference, messages),
    prompt,
    reference,
    choices: textsOf(row['choices']),
    task: text('task'),
    domain: text('domain'),
    difficulty: text('difficulty'),
    source: text('source'),
    source_id: text('source_id'),
    license: text('license'),
    gold_suspect: doubts.length === 0 ? null : doubts.includes(true),
    lost: '',
    answers: columns.texts.map((arm, at) => answerOf(arm, messages[at]!, metas[at]!)),
  }
}

/** A dataset may be anybody's: what is not of the words that this product writes is not shown as if it were. */
function answerOf(arm: string, message: string, meta: Row): ReviewAnswer {
  const { reasoning, answer } = partsOf(message)
  const said = <Word extends string>(
    words: { safeParse(value: unknown): { data?: Word | undefined } },
    name: string,
  ): Word | typeof notRecorded => words.safeParse(meta[name]).data ?? notRecorded
  const judge = VerdictValue.safeParse(meta['verdict_judge']).data ?? null
  return {
    arm,
    reasons: reasoning !== null,
    selected: true,
    reasoning: reasoning ?? '',
    answer,
    message,
    reasoning_tokens: numberOf(meta['reasoning_tokens']),
    answer_tokens: numberOf(meta['answer_tokens']),
    verdict: {
      verdict: said(VerdictValue, 'verdict'),
      extracted: textOf(meta['final_answer']) ?? null,
      extraction: notRecorded,
      path: notRecorded,
      reason: '',
      verifier: textOf(meta['verifier']) ?? notRecorded,
      rule: said(VerdictValue, 'verdict_rule'),
      judge,
      source: said(VerdictSource, 'verdict_source'),
      majority_answer: textOf(meta['majority_answer']) ?? '',
      gold_repaired: meta['gold_repaired'] === true,
    },
    finish_state: said(FinishState, 'finish_state'),
    truncation: said(TruncationState, 'truncation'),
    dropped: [],
    filters: null,
    facts: factsOf(meta, said(Mode, 'mode')),
  }
}

function factsOf(meta: Row, mode: string): Record<string, string> {
  const { final_answer: _answer, mode: _mode, ...rest } = meta
  return {
    model: textOf(meta['model']) ?? notRecorded,
    mode,
    ...Object.fromEntries(
      Object.entries(rest)
        .filter(([name]) => name !== 'model')
        .map(([name, value]) => [name, typeof value === 'string' ? value : jsonOf(value)]),
    ),
  }
}

/** Integers of other writers may be longer than numbers hold. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)) ?? ''
}

/** A message that this product did not write is shown as it is. */
function partsOf(message: string): ThinkingParts {
  try {
    return parseThinking(message)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { reasoning: null, answer: message }
  }
}

export function metaOf(value: unknown): Row {
  return isObject(value) ? value : {}
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
