import { z } from 'zod'
import { answerColumns, answerOptions, answerValues } from './answer-form.ts'
import { inShares, nestedOrder, noteOfSample, shuffled } from './arrange.ts'
import { checkModes } from './conversation.ts'
import type { ConfigurableExport, Placed, RowNote } from './export.ts'
import { sampleColumns, sampleFacts, sampleOfRole, sampleRow } from './sample-row.ts'

const Options = z.strictObject({
  ratio: z.number().min(0).max(1).default(0.5).describe('share of the rows that have reasoning'),
  on: z.string().default('reasoning').describe('role of the arm that reasons'),
  off: z.string().default('ift').describe('role of the arm that does not'),
  problems: z
    .enum(['one_mode', 'both'])
    .default('one_mode')
    .describe(
      'whether a problem is there in one mode only (arXiv 2510.12680 warns of pairs), or in both as far as the ratio allows',
    ),
  cells: z
    .record(z.string(), z.number().positive())
    .refine((cells) => Object.keys(cells).length > 0, 'at least one')
    .optional()
    .describe(
      'weight of each area and format that `classify` found, such as `{math/open_ended: 2, general/multiple_choice: 1}`: as many problems as these shares allow, none of others; where one of them has no pair, there is no row, which `write` warns of and `push` refuses; unset: all problems',
    ),
  order: z
    .enum(['mixed', 'sequential', 'reasoning_first'])
    .default('mixed')
    .describe(
      'drawn by the seed, or one mode after the other (`sequential`: answers alone first); never shuffle those',
    ),
  system: z
    .boolean()
    .default(false)
    .describe('whether a line of the system says the mode, for a template without a switch'),
  ...answerOptions,
})
type Options = z.output<typeof Options>

/**
 * Reasoning and plain answers in one configuration (arXiv 2509.22193: 0, 25, 50, 75 and 100 % of reasoning). With one
 * seed the problems that have reasoning at a smaller ratio have it at every larger one.
 */
export const mix: ConfigurableExport<typeof Options> = {
  name: 'mix',
  options: Options,
  defaultName: ({ ratio }) => `mix-${Math.round(100 * ratio)}`,
  make(options, { name, seed }) {
    const { on, off, ratio } = options
    return {
      name,
      version: '2',
      ...(options.cells && { cells: Object.keys(options.cells) }),
      describe: `${percent(ratio)} of the rows with the reasoning of ${on}, the others with the answers of ${off}; ${orderText[options.order]}.`,
      reads: 'selected',
      matched: false,
      order: { note: noteOfSample, choose: (notes) => chooseMix(notes, options, seed) },
      schema(arms) {
        checkModes(arms, options, name)
        return z.strictObject({
          ...sampleColumns,
          position: z.int().nonnegative().describe('place of the row in the order that is trained'),
          ...answerColumns(options),
          ...sampleFacts,
        })
      },
      rows: (group) =>
        [off, on].flatMap((role) =>
          sampleOfRole(group, role).map((sample) => {
            const system = options.system ? `detailed thinking ${role === on ? 'on' : 'off'}` : ''
            return sampleRow(group, sample, { position: 0, ...answerValues(group, sample, options, system) })
          }),
        ),
    }
  },
}

const orderText: Record<Options['order'], string> = {
  mixed: 'in an order drawn by the seed',
  sequential: 'all answers without reasoning first, an order to keep',
  reasoning_first: 'all answers with reasoning first, an order to keep',
}

function percent(ratio: number): string {
  return `${Math.round(1000 * ratio) / 10} %`
}

function chooseMix(notes: readonly RowNote[], options: Options, seed: number): Placed[] {
  const { ratio, problems, order } = options
  const rowOf = (reasons: boolean): Map<string, number> =>
    new Map(notes.flatMap((note, row) => (note.reasons === reasons ? [[note.pair_id, row] as const] : [])))
  const [on, off] = [rowOf(true), rowOf(false)]
  const all = new Map(notes.map(({ pair_id, cell }) => [pair_id, cell]))
  const ranked = nestedOrder(options.cells ? inShares(all, options.cells, seed) : all, seed)
  const counts = countsOf(ranked.length, ratio, problems)
  const withReasoning = ranked.slice(0, counts.on)
  // In one mode only, the plain answers are those of the other problems, which are the last ones.
  const plain = problems === 'both' ? ranked.slice(0, counts.off) : ranked.slice(counts.on)
  const chosen = [...withReasoning.map((id) => on.get(id)!), ...plain.map((id) => off.get(id)!)]
  const rows = inOrder(shuffled(chosen, notes, seed), notes, order)
  return rows.map((row, position) => ({ row, columns: { position } }))
}

/** So many rows of each mode that the share is met within one row. */
function countsOf(problems: number, ratio: number, which: Options['problems']): { on: number; off: number } {
  if (which === 'one_mode') {
    const on = Math.round(ratio * problems)
    return { on, off: problems - on }
  }
  if (ratio <= 0.5) return { on: Math.round((problems * ratio) / (1 - ratio)), off: problems }
  return { on: problems, off: Math.round((problems * (1 - ratio)) / ratio) }
}

function inOrder(rows: readonly number[], notes: readonly RowNote[], order: Options['order']): number[] {
  if (order === 'mixed') return [...rows]
  const of = (reasons: boolean): number[] => rows.filter((row) => notes[row]!.reasons === reasons)
  return order === 'sequential' ? [...of(false), ...of(true)] : [...of(true), ...of(false)]
}
