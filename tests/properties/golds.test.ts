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
