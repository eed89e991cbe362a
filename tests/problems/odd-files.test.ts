import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, truthfulFile } from '../support/made-parquet.ts'
import { folderWith, problemsOf, readAll, shown } from './folder.ts'

const read = async (content: string | Uint8Array, name: string): Promise<unknown[]> =>
  shown(await readAll(await folderWith({ [name]: content }), { files: name }))

const ends = fc.array(fc.constantFrom('\n', '\r\n', '\r'), { minLength: 4, maxLength: 4 })

describe('whatever lines end with, and however that changes within a file', () => {
  const answers = ['2', '3', '4']

  test('a table has its rows', async () => {
    await fc.assert(
      fc.asyncProperty(ends, async ([first, ...others]) => {
        const lines = answers.map((answer, index) => `q${index},${answer}${others[index]}`)
        expect(await read(`question,answer${first}${lines.join('')}`, 'p.csv')).toEqual(
          answers.map((answer, index) => ({ question: `q${index}`, answer })),
        )
      }),
      { numRuns: 30 },
    )
  })

  test('JSON lines are lines', async () => {
    await fc.assert(
      fc.asyncProperty(ends, async (each) => {
        const lines = answers.map((answer, index) => `{"q":${index},"answer":"${answer}"}${each[index]}`)
        expect(await read(lines.join(''), 'p.jsonl')).toEqual(
          answers.map((answer, index) => ({ q: index, answer })),
        )
      }),
      { numRuns: 30 },
    )
  })
})

test.each(['p.jsonl.gz', 'p.csv.gz'])(
  'empty lines without end in %s are given up in one line',
  async (name) => {
    const before = name.endsWith('csv.gz') ? 'question,answer\nq,1\n' : '{"question":"q","answer":"1"}\n'
    const bomb = gzipSync(Buffer.concat([Buffer.from(before), Buffer.alloc(30_000_000, '\n')]), { level: 1 })
    await expect(read(bomb, name)).rejects.toThrow(
      /^p\..*: cannot be read as gzip-compressed .* \(more than 4 MB in a row are empty lines\); mend or remove the file$/u,
    )
  },
)

test('a table of 100,000 columns is read', async () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `c${index}`)
  const rows = await read(`${names.join(',')}\n${names.map(() => '1').join(',')}\n`, 'p.csv')
  expect(Object.keys(rows[0] as object)).toEqual(names)
})

test('a column of intervals that nobody uses does not matter', async () => {
  const file = truthfulFile()
  Object.assign(file.schema[4]!, {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: 12,
    converted_type: 'INTERVAL',
  })
  const [page] = file.columns[3]!.pages
  page!.bytes = Buffer.alloc(48, 1)
  page!.header.compressed_page_size = page!.header.uncompressed_page_size = 48
  const folder = await folderWith({ 'p.parquet': bytesOf(file) })
  const problems = await problemsOf(folder, {
    files: 'p.parquet',
    fields: { prompt: 'problem', answer: 'answer' },
  })
  expect(problems).toHaveLength(4)
  expect(problems.every((problem) => !('reason' in problem))).toBe(true)
})
