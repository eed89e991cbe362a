import { notRecorded } from '../../../review/view/numbers.ts'
import { isObject } from '../../../schemas/is-object.ts'
import { printable } from '../../reporter/printable.ts'
import { columnWidth, sideBySide, wrap } from '../../reporter/side-by-side.ts'

/** Lines of a column before a long trace is shortened in the middle. */
const columnLines = 40

type Row = Readonly<Record<string, unknown>>

/**
 * A pair for a terminal: the question and its reference, then of every arm who answered, what was extracted and judged,
 * how long it is, and the trace.
 *
 * @param columns of the row that hold the traces
 */
export function formatPair(
  row: Row,
  columns: readonly string[],
  { width, full }: { width: number; full: boolean },
): string {
  const own = columnWidth(columns.length, width)
  const head = [
    `pair ${String(row['pair_id'])}`,
    ...wrap(textOf(row['prompt']), width),
    '',
    ...wrap(`reference: ${referenceOf(row)}`, width),
    ...wrap(sourceOf(row), width),
  ]
  const facts = columns.map((column) => [column, ...factsOf(row[`${column}_meta`])].join('\n'))
  const traces = columns.map((column) => shorten(textOf(row[column]), own, full))
  const rule = '─'.repeat(Math.min(width, columns.length * own + 3 * (columns.length - 1)))
  return [...head, rule, sideBySide(facts, width), rule, sideBySide(traces, width), rule].join('\n')
}

function sourceOf(row: Row): string {
  const parts = [row['task'], row['domain'], row['difficulty'], row['source'], row['source_id']]
  return parts
    .filter((part) => typeof part === 'string' && part !== '')
    .map(textOf)
    .join(' · ')
}

function factsOf(meta: unknown): string[] {
  if (!isObject(meta)) return [notRecorded]
  const known = (value: unknown): string =>
    value === undefined || value === null ? notRecorded : textOf(value)
  const { final_answer, verdict, verifier, gold_suspect, finish_state, reasoning_tokens, answer_tokens } =
    meta
  return [
    `extracted: ${known(final_answer) || 'nothing'}`,
    `verdict: ${known(verdict)} (${known(verifier)})${gold_suspect === true ? ', reference in doubt' : ''}`,
    `length: ${known(reasoning_tokens)} + ${known(answer_tokens)} tokens (reasoning + answer), ${known(finish_state)}`,
    `teacher: ${known(meta['model'])}, ${known(meta['mode'])}${(meta['effort'] ?? null) === null ? '' : `, effort ${textOf(meta['effort'])}`}`,
  ]
}

function referenceOf({ reference_answers: reference }: Row): string {
  return reference === undefined || reference === null ? notRecorded : listOf(reference) || 'none'
}

function listOf(value: unknown): string {
  return Array.isArray(value) ? value.map(textOf).join(' | ') : textOf(value)
}

function textOf(value: unknown): string {
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
}

function shorten(text: string, width: number, full: boolean): string {
  const limit = width * columnLines
  if (full || text.length <= limit) return text
  const head = Math.floor(limit * 0.6)
  return `${text.slice(0, head)}\n… ${text.length - limit} characters left out, --full shows them …\n${text.slice(text.length - (limit - head))}`
}
