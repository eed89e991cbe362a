import * as fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { folderWith, problemsOf } from '../problems/folder.ts'

/** Ten thousand decimals as people write them: of every scale to 38, negative ones, zeros at the end. */
const decimals = fc.sample(
  fc
    .tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.nat(38), fc.nat(37))
    .map(([number, scale, shorter]) => decimal(number / 10n ** BigInt(shorter), scale)),
  { numRuns: 10_000, seed: 1 },
)

function decimal(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return unscaled < 0n ? `-${text}` : text
}

/** Numbers that JSON allows and a double does not hold, or holds and writes otherwise. */
const others = [
  '0.1000000000000000055',
  '1e400',
  '12345678901234567890',
  '-0',
  '-0.0',
  '1.0',
  '1E5',
  '5e-324',
]

const lines = {
  jsonl: (texts: readonly string[]) =>
    texts.map((text, index) => `{"problem":"number ${index}","answer": ${text}}\n`).join(''),
  'json-lists.jsonl': (texts: readonly string[]) =>
    texts.map((text, index) => `{"problem":"number ${index}","answers": [${text}]}\n`).join(''),
  csv: (texts: readonly string[]) =>
    `problem,answer\n${texts.map((text, index) => `number ${index},${text}\n`).join('')}`,
}

test.each(Object.entries(lines))(
  'numbers reach the reference as the text of the file: %s',
  async (name, write) => {
    const wanted = [...decimals, ...others]
    const folder = await folderWith({ [`golds.${name}`]: write(wanted) })
    expect(await answersOf(folder, `golds.${name}`)).toEqual(wanted)
  },
)

const parquet = async (columns: Parameters<typeof parquetWriteBuffer>[0]['columnData']): Promise<string> =>
  folderWith({ 'golds.parquet': new Uint8Array(parquetWriteBuffer({ columnData: columns })) })

const numbered = (count: number) => ({
  name: 'problem',
  data: Array.from({ length: count }, (_, index) => `number ${index}`),
})

async function answersOf(folder: string, files: string): Promise<string[]> {
  const items = await problemsOf(folder, { files })
  return items.map((item) =>
    'reason' in item ? `${item.position}: ${item.message}` : item.problem.answers[0]!,
  )
}

test('the whole numbers and floats of a Parquet file come as their shortest exact text', async () => {
  const whole = decimals.map((text) => BigInt.asIntN(64, BigInt(text.replace('.', ''))))
  expect(
    await answersOf(
      await parquet([numbered(whole.length), { name: 'answer', data: whole, type: 'INT64' }]),
      'golds.parquet',
    ),
  ).toEqual(whole.map(String))
  const singles = Array.from({ length: 10_000 }, (_, index) => `${index % 100}.${index % 9}5`)
  expect(
    await answersOf(
      await parquet([numbered(10_000), { name: 'answer', data: singles.map(Number), type: 'FLOAT' }]),
      'golds.parquet',
    ),
  ).toEqual(singles.map((text) => String(Number(text))))
})

type Element = Parameters<typeof parquetWriteBuffer>[0]['schema'] extends readonly (infer Each)[] | undefined
  ? Each
  : never

/** A file whose answers are of a type of which the writer knows only the bytes. */
async function rawParquet(answer: Omit<Element, 'name'>, data: unknown[]): Promise<string> {
  const required = 'REQUIRED' as const
  const bytes = parquetWriteBuffer({
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'problem', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: required },
      { name: 'answer', repetition_type: required, ...answer },
    ],
    columnData: [numbered(data.length), { name: 'answer', data }],
    statistics: false,
  })
  return folderWith({ 'golds.parquet': new Uint8Array(bytes) })
}

/** Big-endian two's complement in as few bytes as hold it, or in more. */
function twosComplement(value: bigint, more: number): Uint8Array {
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length += 1
  length += more
  const digits = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0')
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

test.each([0, 1, 2, 9, 20, 38])('decimals in bytes of any length, of scale %i', async (scale) => {
  const unscaled = decimals.map((text) => BigInt(text.replace('.', '')))
  const folder = await rawParquet(
    { type: 'BYTE_ARRAY', logical_type: { type: 'DECIMAL', precision: 38, scale } },
    unscaled.map((value, index) => twosComplement(value, index % 3)),
  )
  expect(await answersOf(folder, 'golds.parquet')).toEqual(unscaled.map((value) => decimal(value, scale)))
})

test('floats of 16 bits are the shortest numbers that mean them', async () => {
  const tenths = Array.from({ length: 10_000 }, (_, index) => (index - 5000) / 10)
  const folder = await rawParquet(
    { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } },
    tenths,
  )
  const read = await answersOf(folder, 'golds.parquet')
  // Below 128 a float of 16 bits tells tenths apart; above, a text may be a step away.
  for (const [index, value] of tenths.entries()) {
    if (Math.abs(value) < 100) expect(read[index]).toBe(String(value === 0 ? 0 : value))
    else expect(Math.abs(Number(read[index]) - value)).toBeLessThan(Math.abs(value) / 1000)
  }
})

test('durations are texts of their own parts', async () => {
  const parts = Array.from({ length: 1000 }, (_, index) => [index % 40, index % 31, index * 1001] as const)
  const folder = await rawParquet(
    { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, converted_type: 'INTERVAL' },
    parts.map((each) => new Uint8Array(Uint32Array.from(each).buffer)),
  )
  const read = await answersOf(folder, 'golds.parquet')
  expect(read[0]).toBe('PT0S')
  expect(read[1]).toBe('P1M1DT1.001S')
  expect(new Set(read)).toHaveLength(1000)
})

test('a row with a text that is not UTF-8 is refused by name, and the others stay', async () => {
  const bytes = new Uint8Array(
    parquetWriteBuffer({
      columnData: [numbered(3), { name: 'answer', data: ['one', 'QQQQ', 'three'], type: 'STRING' }],
      codec: 'UNCOMPRESSED',
      statistics: false,
    }),
  )
  bytes[Buffer.from(bytes).indexOf('QQQQ') + 1] = 0xff
  expect(await answersOf(await folderWith({ 'golds.parquet': bytes }), 'golds.parquet')).toEqual([
    'one',
    'golds.parquet row 2: the column "answer" cannot be read: its bytes are not UTF-8; mend the file',
    'three',
  ])
})

test('of two answers of one name none is taken', async () => {
  const answer = { name: 'answer', data: ['1'] }
  await expect(answersOf(await parquet([numbered(1), answer, answer]), 'golds.parquet')).rejects.toThrow(
    'two of its columns are called "answer"; rename one of them',
  )
  const twice =
    '{"problem":"p","answer":"1","\\u0061nswer":"2"}\n{"problem":"q","answer":"3","notes":"\\"answer\\":"}\n'
  expect(await answersOf(await folderWith({ 'twice.jsonl': twice }), 'twice.jsonl')).toEqual([
    'twice.jsonl:1: the key "answer" stands twice in one object; rename or remove one of the two',
    '3',
  ])
})
