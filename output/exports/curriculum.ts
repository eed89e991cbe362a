import { z } from 'zod'
import { answerColumns, answerOptions, answerValues } from './answer-form.ts'
import { noteOfSample } from './arrange.ts'
import { armOfRole } from './conversation.ts'
import type { ConfigurableExport, Placed, RowNote } from './export.ts'
import { sampleColumns, sampleFacts, sampleOfRole, sampleRow } from './sample-row.ts'

const Options = z.strictObject({
  roles: z
    .array(z.string())
    .min(1)
    .max(2)
    .default(['reasoning', 'ift'])
    .describe('roles of the arms whose answers these are, one or one of each mode'),
  chunk: z.int().min(1).default(1).describe('rows of one mode before those of the other follow'),
  buckets: z
    .array(z.int().positive())
    .default([1024, 2048, 4096, 8192, 16_384, 32_768])
    .describe('upper bounds of the lengths of a bucket, in tokens'),
  ...answerOptions,
})
type Options = z.output<typeof Options>

/** Short answers first, with and without reasoning in turns (NeMo Curator), and buckets of like length (Nemotron-Math). */
export const curriculum: ConfigurableExport<typeof Options> = {
  name: 'curriculum',
  options: Options,
  defaultName: () => 'curriculum',
  make: (options, { name }) => ({
    name,
    version: '1',
    describe: `Answers of ${options.roles.join(' and ')} in turns from the shortest to the longest, an order to keep.`,
    reads: 'selected',
    matched: false,
    order: { note: noteOfSample, choose: (notes) => chooseCurriculum(notes, options.chunk) },
    schema(arms) {
      for (const role of options.roles) armOfRole(arms, role, name)
      return z.strictObject({
        ...sampleColumns,
        position: z.int().nonnegative().describe('place of the row in the order that is trained'),
        bucket: z
          .int()
          .nonnegative()
          .describe('least bound of a bucket that the row fits into, 0 where it is longer than all'),
        ...answerColumns(options),
        ...sampleFacts,
      })
    },
    rows: (group) =>
      options.roles.flatMap((role) =>
        sampleOfRole(group, role).map((sample) =>
          sampleRow(group, sample, {
            position: 0,
            bucket: bucketOf(sample.trace.reasoning_tokens + sample.trace.answer_tokens, options),
            ...answerValues(group, sample, options),
          }),
        ),
      ),
  }),
}

function bucketOf(tokens: number, { buckets }: Options): number {
  return buckets.toSorted((a, b) => a - b).find((bound) => tokens <= bound) ?? 0
}

function chooseCurriculum(notes: readonly RowNote[], chunk: number): Placed[] {
  const rising = (reasons: boolean): number[] =>
    [...notes.keys()]
      .filter((row) => notes[row]!.reasons === reasons)
      .sort((a, b) => notes[a]!.tokens - notes[b]!.tokens || a - b)
  const [on, off] = [rising(true), rising(false)]
  const rows: number[] = []
  for (let start = 0; start < Math.max(on.length, off.length); start += chunk)
    rows.push(...on.slice(start, start + chunk), ...off.slice(start, start + chunk))
  return rows.map((row, position) => ({ row, columns: { position } }))
}
