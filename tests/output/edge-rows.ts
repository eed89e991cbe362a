import { z } from 'zod'

/** Every column type, nested and nullable in every way that is allowed. */
export const EdgeRow = z.strictObject({
  id: z.string(),
  text: z.string(),
  maybe_text: z.string().nullable(),
  kind: z.enum(['a', 'b']),
  small: z.int(),
  maybe_small: z.int32().nullable(),
  wide: z.int().meta({ arrow: 'int64' }),
  maybe_wide: z.int().meta({ arrow: 'int64' }).nullable(),
  real: z.number(),
  maybe_real: z.number().nullable(),
  flag: z.boolean(),
  maybe_flag: z.boolean().nullable(),
  tags: z.array(z.string()),
  maybe_tags: z.array(z.string()).nullable(),
  loose_tags: z.array(z.string().nullable()),
  wide_list: z.array(z.int().meta({ arrow: 'int64' })),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string() })),
  maybe_struct: z
    .strictObject({
      inner: z.string().nullable(),
      numbers: z.array(z.number()).nullable(),
      wide: z.int().meta({ arrow: 'int64' }),
    })
    .nullable(),
  nested: z.array(z.array(z.int())),
})
export type EdgeRow = z.infer<typeof EdgeRow>

const texts = [
  '',
  ' ',
  'plain',
  '\u0000 between \u0000',
  '😀 and 👩‍👩‍👧',
  '\u{10FFFF}',
  '\uFEFFbyte order mark',
  'line\r\nbreaks\u2028and\u2029more',
  '"quotes", \\backslashes\\ and | bars',
  'é composed and e\u0301 not',
  'lone high \uD800 and low \uDC00 surrogates',
  '\uE000\uFFFD',
  '<think>\n</think>\n\n',
]

/** Rows that go to the ends of what the columns can hold. */
export function edgeRows(count: number): EdgeRow[] {
  return Array.from({ length: count }, (_, index) => edgeRow(index))
}

function edgeRow(index: number): EdgeRow {
  const text = texts[index % texts.length]!
  const long = index % 50 === 7 ? 'long text 😀 '.repeat(23_000) : text
  return {
    id: `row-${String(index).padStart(6, '0')}`,
    text: long,
    maybe_text: index % 3 === 0 ? null : text,
    kind: index % 2 === 0 ? 'a' : 'b',
    small: [0, 1, -1, 2_147_483_647, -2_147_483_648][index % 5]!,
    maybe_small: index % 4 === 0 ? null : index,
    wide: [0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 40][index % 4]!,
    maybe_wide: index % 5 === 0 ? null : -index,
    real: [0, 0.1, -1.5e300, 5e-324, Number.MAX_VALUE][index % 5]!,
    maybe_real: index % 7 === 0 ? null : index / 3,
    flag: index % 3 === 1,
    maybe_flag: index % 3 === 0 ? null : index % 3 === 1,
    tags: index % 3 === 0 ? [] : index % 3 === 1 ? [''] : [text, text],
    maybe_tags: index % 4 === 0 ? null : index % 4 === 1 ? [] : [text],
    loose_tags: index % 3 === 0 ? [null] : index % 3 === 1 ? [] : ['', null, text],
    wide_list: index % 2 === 0 ? [] : [2 ** 50, -1],
    messages: Array.from({ length: index % 60 === 5 ? 50 : index % 3 }, (_, turn) => ({
      role: turn % 2 === 0 ? 'user' : 'assistant',
      content: text,
    })),
    maybe_struct:
      index % 3 === 0
        ? null
        : { inner: index % 3 === 1 ? null : text, numbers: index % 2 === 0 ? null : [], wide: 2 ** 45 },
    nested: index % 4 === 0 ? [] : [[], [index], [1, 2]],
  }
}

/** What a row must read back as: UTF-8 cannot hold a lone surrogate. */
export function stored(row: EdgeRow): EdgeRow {
  return JSON.parse(JSON.stringify(row), (_name, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  ) as EdgeRow
}
