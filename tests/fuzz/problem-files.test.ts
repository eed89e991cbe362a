import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterAll, expect } from 'vitest'
import { readRows } from '../../problems/files/read-rows.ts'
import { ProblemsFiles } from '../../problems/problems-section.ts'
import { mapRows } from '../../problems/mapping/map-rows.ts'
import { isBadRow, type BadRow, type RawRow } from '../../problems/rows.ts'
import { RunError, UsageError } from '../../schemas/errors.ts'
import { taskNames } from '../../verifiers/all-verifiers.ts'
import { outcomeOf, type Outcome } from './support/expected.ts'
import { fuzz } from './support/fuzz.ts'
import { cutAt, cuts, mutatedText } from './support/mutate-text.ts'

/*
 * A file of problems with anything in it: rows, rows that are told with their place, or one line that says what is wrong with
 * the file. What is read does not depend on how the bytes come.
 */

const binary = (text: string): string => Buffer.from(text).toString('latin1')

const jsonl: readonly string[] = [
  '{"problem":"2 + 5?","answer":"7"}\n{"problem":"Größe?","answer":7.0,"choices":["a","b"]}\r\n\n{"problem":"x","answer":null}\n',
  '[{"problem":"2 + 5?","answer":12345678901234567890},\n {"problem":"y","answer":["7"]}]',
  '\ufeff{"messages":[{"role":"user","content":"2 + 5?"}],"answer":true,"input_output":"{\\"inputs\\":[\\"1\\"],\\"outputs\\":[\\"2\\"]}"}\n',
  '{"question":"which?","A":"x","B":"y","answer":"B","meta":{"a":{"b":[1]}}}\n',
]
const csv: readonly string[] = [
  'problem,answer\r\n"2 + 5, or ""7""?",7\r\nGröße?,"a\nb"\r\n',
  'problem;answer\n2 + 5?;7\n\n;\nx;y\n',
  'sep=;\nproblem;answer;answer2\n1;2;3\n',
  '\ufeffproblem\tanswer\n2 + 5?\t7\n',
  'problem,answer\rold,mac\r',
]
const tokens = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '""',
  ',',
  ';',
  '\t',
  ':',
  '\\',
  '\\u0000',
  '\\ud800',
  '\n',
  '\r',
  '\r\n',
  '\u0000',
  'null',
  '1e999',
  '-0',
  '00',
  'NaN',
  '"problem":',
  '"__proto__":{"x":1},',
  '\ufeff',
  '\u2028',
  'ÿ',
  'sep=,\n',
  '# ',
  "'",
].map((token) => Buffer.from(token).toString('latin1'))

const folder = mkdtempSync(join(tmpdir(), 'twinstill-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Rows = (RawRow | BadRow)[]

function read(format: 'jsonl' | 'csv', pieces: readonly Buffer[]): Promise<Outcome<Rows>> {
  const section = ProblemsFiles.parse({ files: '-', format })
  return outcomeOf(
    () => Array.fromAsync(readRows(section, { cwd: folder, stdin: Readable.from(pieces) })),
    [RunError, UsageError],
  )
}

function file(format: 'jsonl' | 'csv', documents: readonly string[], runs: number): void {
  fuzz<{ bytes: string; places: number[] }>(`problems-${format}`, {
    cases: fc.record({ bytes: mutatedText(documents.map(binary), tokens), places: cuts }),
    runs,
    check: async ({ bytes, places }) => {
      const whole = Buffer.from(bytes, 'latin1')
      const outcome = await read(format, [whole])
      expect(
        await read(
          format,
          cutAt(whole, places).filter((piece) => piece.length > 0),
        ),
      ).toEqual(outcome)
      if (!('value' in outcome)) return
      for (const row of outcome.value) {
        expect(row.position).toMatch(/^stdin/u)
        if (isBadRow(row)) expect(row.message).not.toMatch(/\n/u)
      }
      // A problem is made of each row, or its fault is told.
      const section = ProblemsFiles.parse({ files: '-', format })
      const mapped = await outcomeOf(
        () => Array.fromAsync(mapRows(Readable.from(outcome.value), section, taskNames)),
        [RunError, UsageError],
      )
      if ('value' in mapped) expect(mapped.value).toHaveLength(outcome.value.length)
    },
  })
}

file('jsonl', jsonl, 1200)
file('csv', csv, 300)

/** What any spreadsheet or program writes is read as it was. */
const cell = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => text.trim() === text)
const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`

fuzz<{ rows: [string, string][]; end: string; delimiter: string }>('problems-round-trip', {
  cases: fc.record({
    rows: fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }),
    end: fc.constantFrom('\n', '\r\n'),
    delimiter: fc.constantFrom(',', ';', '\t'),
  }),
  runs: 400,
  check: async ({ rows, end, delimiter }) => {
    const table = [['problem', 'answer'], ...rows].map((row) => row.map(quote).join(delimiter)).join(end)
    const objects = rows.map(([problem, answer]) => ({ problem, answer }))
    const lines = objects.map((row) => JSON.stringify(row)).join(end)
    for (const [format, text] of [
      ['csv', table],
      ['jsonl', lines],
    ] as const) {
      const outcome = await read(format, [Buffer.from(text)])
      expect(outcome).toMatchObject({ value: objects.map((row) => ({ row })) })
    }
  },
})

/** Packed files that break off, or are something else. */
fuzz<{ bytes: string; name: string }>('problems-packed', {
  cases: fc.record({
    bytes: mutatedText(
      jsonl.map((text) => gzipSync(text).toString('latin1')),
      tokens,
    ),
    name: fc.constantFrom('p.jsonl.gz', 'p.csv.gz', 'p.jsonl.zst', 'p.parquet'),
  }),
  runs: 300,
  check: async ({ bytes, name }) => {
    writeFileSync(join(folder, name), Buffer.from(bytes, 'latin1'))
    const section = ProblemsFiles.parse({ files: name })
    const outcome = await outcomeOf(
      () => Array.fromAsync(readRows(section, { cwd: folder, stdin: Readable.from([]) })),
      [RunError, UsageError],
    )
    if ('refused' in outcome) expect(outcome.refused).not.toContain(folder)
  },
})
