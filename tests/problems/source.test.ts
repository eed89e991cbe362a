import { join } from 'node:path'
import * as fc from 'fast-check'
import { parquetWriteFile } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { RunError } from '../../schemas/errors.ts'
import { folderWith, problemsOf, readAll, shown } from './folder.ts'

type Row = { question: string; answer: string }

const writeParquet = (cwd: string, rows: Row[]) =>
  parquetWriteFile({
    filename: join(cwd, 'p.parquet'),
    columnData: [
      { name: 'question', data: rows.map((row) => row.question), type: 'STRING' },
      { name: 'answer', data: rows.map((row) => row.answer), type: 'STRING' },
    ],
  })

const csvValue = (text: string) => `"${text.replaceAll('"', '""')}"`

describe('the same problems', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('"', ',', '\n', '\r\n', '\t', '\\', '$', '\u2028', '{'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 30,
  })
  const rows = fc.array(
    fc.record({ question: text.map((words) => `What is ${words}?`), answer: fc.nat().map(String) }),
    { minLength: 1, maxLength: 8 },
  )

  test('give the same ids and answers from JSONL, CSV and Parquet', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (list) => {
        const cwd = await folderWith({
          'p.jsonl': list.map((row) => `${JSON.stringify(row)}\n`).join(''),
          'p.csv': `question,answer\n${list.map((row) => `${csvValue(row.question)},${csvValue(row.answer)}\n`).join('')}`,
        })
        writeParquet(cwd, list)
        const [jsonl, csv, parquet] = await Promise.all(
          ['p.jsonl', 'p.csv', 'p.parquet'].map(async (files) => {
            const problems = await problemsOf(cwd, { files })
            return problems.map((row) => ('reason' in row ? row : row.problem))
          }),
        )
        expect(jsonl?.map((row) => ('reason' in row ? row.message : row.answers))).toEqual(
          list.map((row) => [row.answer]),
        )
        expect(csv).toEqual(jsonl)
        expect(parquet).toEqual(jsonl)
      }),
      { numRuns: 40 },
    )
  })
})

describe('Parquet', () => {
  test('gives rows their numbers', async () => {
    const cwd = await folderWith()
    writeParquet(cwd, [
      { question: 'What is one and one?', answer: '2' },
      { question: 'What is two and one?', answer: '' },
    ])
    const problems = await problemsOf(cwd, { files: 'p.parquet' })
    expect(problems.map((row) => row.position)).toEqual(['p.parquet row 1', 'p.parquet row 2'])
    expect(problems[1]).toMatchObject({ reason: 'missing_answer' })
  })

  test('stops with one line at a file that is no Parquet', async () => {
    const cwd = await folderWith({ 'p.parquet': 'not at all'.repeat(100) })
    const reading = readAll(cwd, { files: 'p.parquet' })
    await expect(reading).rejects.toThrow(RunError)
    await expect(reading).rejects.toThrow(/^[^\n]*p\.parquet[^\n]*$/)
  })
})

test('files of several formats are read one after the other', async () => {
  const cwd = await folderWith({
    'a.csv': 'question,answer\nWhat is one and one?,2\n',
    'b.jsonl': '{"question":"What is one and two?","answer":3}\n{}\n',
  })
  const problems = await problemsOf(cwd, { files: ['a.csv', 'b.jsonl'], defaults: { license: 'mit' } })
  expect(
    problems.map((row) =>
      'reason' in row ? row.reason : [row.problem.source, row.problem.license, row.problem.answers],
    ),
  ).toEqual([['a', 'mit', ['2']], ['b', 'mit', ['3']], 'missing_prompt'])
  expect(shown(await readAll(cwd, { files: 'b.jsonl', limit: 1 }))).toHaveLength(1)
})
