import { printable } from '../../reporter/printable.ts'
import type { Inspected } from './inspect-trace.ts'

/** How often each finish state and each defect was seen in a file; a trace can have many defects. */
export type FileSummary = {
  file: string
  rows: number
  traces: number
  finish_states: Record<string, number>
  defects: Record<string, number>
  /** Traces without any defect. */
  clean: number
}

/** Characters of a text that are shown. */
const headCharacters = 200

/** One trace for a person: one line of facts, then how its reasoning and its answer begin. */
export function formatTrace(position: string, trace: Inspected): string {
  const { reasoning, answer, mode } = trace
  const facts = [
    `${position} ${trace.place}`,
    `${trace.finish_state}${trace.finish_reason === '' ? '' : ` (${trace.finish_reason})`}`,
    `mode ${mode}`,
    trace.defects.length === 0 ? 'no defects' : trace.defects.join(', '),
  ]
  const source = reasoning === '' ? trace.reasoning_state : trace.reasoning_source
  return [
    facts.join('  '),
    `  reasoning ${size(reasoning, trace.reasoning_tokens)} [${source}]  ${head(reasoning)}`,
    `  answer    ${size(answer, trace.answer_tokens)}  ${head(answer)}`,
  ]
    .map((line) => line.trimEnd())
    .join('\n')
}

export function formatSummaries(summaries: readonly FileSummary[]): string {
  return summaries
    .map(({ file, traces, finish_states, defects, clean }) =>
      [
        file,
        `  ${traces} traces, ${clean} without defects`,
        `  ended:   ${listed(finish_states)}`,
        `  defects: ${listed(defects)}`,
      ].join('\n'),
    )
    .join('\n\n')
}

function listed(counts: Record<string, number>): string {
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return entries.map(([name, count]) => `${name} ${count}`).join(', ') || 'none'
}

function size(text: string, tokens: number): string {
  return `${text.length} characters, ${tokens} tokens`
}

function head(text: string): string {
  const line = printable(text.slice(0, headCharacters)).replace(/\s+/gu, ' ')
  return text.length > headCharacters ? `${line} …` : line
}
