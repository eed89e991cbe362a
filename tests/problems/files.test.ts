import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { resolveFiles } from '../../problems/files/files.ts'
import { openProblemSource } from '../../problems/problem-source.ts'
import { ProblemsSection } from '../../problems/problems-section.ts'
import { UsageError } from '../../schemas/errors.ts'
import { folderWith, readAll, shown } from './folder.ts'

describe('finding files', () => {
  test('takes paths and patterns in the order given, the matches of a pattern by name, each file once', async () => {
    const cwd = await folderWith({
      'b/2.jsonl': '',
      'b/10.jsonl': '',
      'b/1.csv': '',
      'b/deep/3.jsonl': '',
      'a.jsonl': '',
    })
    const found = await resolveFiles(['b/**/*.jsonl', 'a.jsonl', 'b/2.jsonl'], 'auto', cwd)
    expect(found.map((file) => file.label)).toEqual(['b/10.jsonl', 'b/2.jsonl', 'b/deep/3.jsonl', 'a.jsonl'])
  })

  test('reads the files that its digest was made of, whatever a pattern matches later', async () => {
    const cwd = await folderWith({ 'a.jsonl': '{"prompt":"first question?","answer":"1"}' })
    const nowhere = {
      environment: {},
      note: () => undefined,
      folder: join(cwd, 'hub'),
      pins: {},
      pin: async () => {},
    }
    const source = await openProblemSource(ProblemsSection.parse({ files: '*.jsonl' }), {
      cwd,
      stdin: Readable.from([]),
      hub: nowhere,
      tasks: ['math'],
    })
    await writeFile(join(cwd, 'b.jsonl'), '{"prompt":"second question?","answer":"2"}')
    const rows = await Array.fromAsync(source.rows())
    expect(rows.map(({ position }) => position)).toEqual(['a.jsonl:1'])
  })

  test('goes by the extension, also under a compression', async () => {
    const names = ['a.jsonl', 'b.NDJSON', 'c.json.gz', 'd.csv.zst', 'e.tsv', 'f.parquet', 'v1.2.jsonl']
    const cwd = await folderWith(Object.fromEntries(names.map((name) => [name, ''])))
    const found = await resolveFiles(names, 'auto', cwd)
    expect(found.map(({ name, format, compression }) => [name, format, compression])).toEqual([
      ['a', 'jsonl', 'none'],
      ['b', 'jsonl', 'none'],
      ['c', 'jsonl', 'gzip'],
      ['d', 'csv', 'zstd'],
      ['e', 'csv', 'none'],
      ['f', 'parquet', 'none'],
      ['v1.2', 'jsonl', 'none'],
    ])
  })

  test('a format that is stated wins over the extension', async () => {
    const cwd = await folderWith({ 'a.txt': '{"prompt":"x"}\n' })
    expect(shown(await readAll(cwd, { files: 'a.txt', format: 'jsonl' }))).toEqual([{ prompt: 'x' }])
  })

  test('a file whose name looks like a pattern is taken as it stands', async () => {
    const cwd = await folderWith({ 'a[1].jsonl': '{"n":1}', 'a1.jsonl': '{"n":2}' })
    expect(shown(await readAll(cwd, { files: 'a[1].jsonl' }))).toEqual([{ n: 1 }])
  })

  test('never shows where the machine keeps a file outside the working folder', async () => {
    const outside = await folderWith({ 'secret-user/far.jsonl': 'x' })
    const cwd = await folderWith()
    const [row] = await readAll(cwd, { files: join(outside, 'secret-user/far.jsonl') })
    expect(row?.position).toBe('far.jsonl:1')
  })

  test.each([
    ['a missing file', ['none.jsonl'], 'auto', 'no file "none.jsonl"'],
    ['a pattern without a match', ['data/*.jsonl'], 'auto', 'no file matches "data/*.jsonl"'],
    ['a folder', ['folder'], 'auto', 'no file "folder"'],
    [
      'an unknown extension',
      ['a.txt'],
      'auto',
      '"a.txt" has no extension that names its format; set problems.format',
    ],
    [
      'Parquet on standard input',
      ['-'],
      'parquet',
      'Parquet cannot be read from standard input; name a file',
    ],
  ] as const)('refuses %s before anything is read', async (_, files, format, message) => {
    const cwd = await folderWith({ 'a.txt': '', 'folder/b.jsonl': '' })
    await expect(readAll(cwd, { files: [...files], format })).rejects.toThrow(UsageError)
    await expect(resolveFiles(files, format, cwd)).rejects.toThrow(`problems.files: ${message}`)
  })
})
