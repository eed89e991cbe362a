import { z } from 'zod'
import { ChosenConfiguration } from '../../output/exports/registry.ts'
import { Target } from '../../output/render/target.ts'
import { ParquetChunks, ParquetLibrary } from '../../store/parquet/group-writer.ts'

/** Bytes as a number or as text such as `256MB` (powers of 1,000) or `256MiB` (powers of 1,024). */
const ByteSize = z
  .union([
    z.int().positive(),
    z
      .string()
      .regex(
        /^\d+(\.\d+)?\s*(B|kB|MB|GB|KiB|MiB|GiB)$/,
        'expected a number of bytes or a size such as 256MB',
      ),
  ])
  .transform(toBytes)

/** How the dataset is written and what its card says. */
export const WriteSection = z.strictObject({
  configs: z
    .array(ChosenConfiguration)
    .min(1)
    .optional()
    .describe(
      'dataset configurations: names, or exports with options (`{export: mix, ratio: 0.25}`); by default `pairs` and one for each role',
    ),
  shard_bytes: ByteSize.default(256_000_000).describe(
    'uncompressed text in one dataset shard at most; it ends at 0.6 of it or later',
  ),
  parquet: z
    .strictObject({
      writer: ParquetLibrary.default('hyparquet-writer').describe(
        'library that writes the shards: parquetjs-lite writes the same values without dictionaries, page index and bloom filters',
      ),
      chunks: ParquetChunks.optional().describe(
        'where pages and row groups end: `content` (default) lets a later upload send little but what changed, `plain` ends them by size, as parquetjs-lite always does',
      ),
    })
    .refine(({ writer, chunks }) => writer !== 'parquetjs-lite' || chunks !== 'content', {
      path: ['chunks'],
      error: 'parquetjs-lite cannot cut pages by content; leave `chunks` out or choose hyparquet-writer',
    })
    .optional()
    .describe('how the shards are written'),
  measures: z
    .union([z.literal(true), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'what filters measured, as a column `measures` of every configuration: names of measures, or true for all of the filters that are on',
    ),
  prompt_script: z
    .boolean()
    .optional()
    .describe(
      'whether every configuration has the columns `prompt_script` and `prompt_script_share`: the writing system of most letters of the prompt',
    ),
  contamination: z
    .boolean()
    .optional()
    .describe(
      'whether every configuration has a column `contaminated_NAME` for each benchmark of `filter.contamination`, and one with the items that were met',
    ),
  plots: z
    .boolean()
    .default(true)
    .describe('whether the dataset card has plots; what draws them does not run on every platform'),
  title: z.string().optional().describe('heading of the dataset card'),
  license: z
    .string()
    .optional()
    .describe('licence of the dataset; by default the licence that all problems share, else `other`'),
  terms: z
    .record(z.string(), z.string().min(1))
    .optional()
    .describe(
      'for the card: under which terms the answers of an arm may be used, by arm, such as those of the provider that served it, with their date',
    ),
  not_secrets: z
    .array(
      z
        .string()
        .regex(/^[0-9a-f]{12}$/, 'a mark of 12 digits, as the message that refuses a dataset shows it'),
    )
    .optional()
    .describe('texts that have the form of a key and are none, by the mark that `write` or `push` shows'),
  targets: z
    .array(Target)
    .min(1)
    .optional()
    .describe(
      'models that are trained on it, of the Hub (`org/name@revision`) or folders: their chat templates must take every row as it is meant',
    ),
  language: z
    .array(z.string())
    .optional()
    .describe('codes of its languages for the dataset card, such as en; unset: the card states none'),
})

function toBytes(size: number | string): number {
  if (typeof size === 'number') return size
  const [, number, unit] = /^([\d.]+)\s*(\w+)$/.exec(size) ?? []
  const factors: Record<string, number> = {
    B: 1,
    kB: 1e3,
    MB: 1e6,
    GB: 1e9,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
  }
  return Math.round(Number(number) * factors[unit ?? '']!)
}
