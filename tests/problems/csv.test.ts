import { describe, expect, test } from 'vitest'
import { RunError } from '../../schemas/errors.ts'
import { folderWith, readAll, shown } from './folder.ts'

const read = async (content: string, name = 'p.csv') =>
  readAll(await folderWith({ [name]: content }), { files: name })

describe('CSV', () => {
  test('reads records by the names of the header, as text', async () => {
    const rows = await read('\uFEFFprompt, answer\n"a, ""b""",007\nc,\n')
    expect(shown(rows)).toEqual([
      { prompt: 'a, "b"', answer: '007' },
      { prompt: 'c', answer: '' },
    ])
  })

  test.each(['\n', '\r\n'])('gives the line on which a record starts, with %j', async (end) => {
    const rows = await read(['a,b', '', '1,"x', '', 'y"', '2,z', '', '', '3,z', ''].join(end))
    expect(rows.map((row) => row.position)).toEqual(['p.csv:3', 'p.csv:6', 'p.csv:9'])
  })

  test('names a record with too many or too few values and goes on', async () => {
    expect(shown(await read('a,b\n1,2,3\n1\n1,2\n'))).toEqual([
      'p.csv:2: the record has 3 values and the header 2 names; quote values that hold the delimiter or a line break (bad_row)',
      'p.csv:3: the record has 1 values and the header 2 names; quote values that hold the delimiter or a line break (bad_row)',
      { a: '1', b: '2' },
    ])
  })

  test('reads tabs from .tsv', async () => {
    expect(shown(await read('a\tb\n1,5\t2\n', 'p.tsv'))).toEqual([{ a: '1,5', b: '2' }])
  })

  test.each(['sep=;\r\n', '\uFEFF"sep=;"\n'])('takes %j as what separates the values', async (first) => {
    const rows = await read(`${first}a;b\nx, y;"2\n3"\n4;5\n`)
    expect(shown(rows)).toEqual([
      { a: 'x, y', b: '2\n3' },
      { a: '4', b: '5' },
    ])
    expect(rows.map(({ position }) => position)).toEqual(['p.csv:3', 'p.csv:5'])
  })

  test('passes over rows of nothing but empty values, as spreadsheets leave them', async () => {
    const rows = await read('a;b\n1;2\n;;;\n; \n3;4\n;\n')
    expect(rows.map(({ position }) => position)).toEqual(['p.csv:2', 'p.csv:5'])
  })

  test('composes the letters of names', async () => {
    expect(shown(await read(`${'Lösung'.normalize('NFD')},b\n1,2\n`))).toEqual([{ Lösung: '1', b: '2' }])
  })

  test('has no rows in an empty file', async () => {
    expect(await read('')).toEqual([])
    expect(await read('a,b\n')).toEqual([])
  })

  test.each([
    [
      'a name twice',
      'a,b,a\n1,2,3\n',
      'p.csv:1: the first line must name every column once, got "a" twice; add or mend the header',
    ],
    [
      'no name',
      'a,,b\n1,2,3\n',
      'p.csv:1: the first line must name every column once, got an empty name; add or mend the header',
    ],
  ])('refuses a header with %s', async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(new RunError(message))
  })

  test.each([
    [
      'a quote that never closes',
      'a,b\n1,"x\n2,y\n',
      /^p\.csv: cannot be read as CSV \(Quote Not Closed.* line .*\); put values/,
    ],
    [
      'text after a closing quote',
      'a,b\n1,"x"y\n',
      /^p\.csv: cannot be read as CSV \(Invalid Closing Quote.* line 2 .*\); put values/,
    ],
    [
      'a quote inside a bare value',
      'a,b\n1,5" pipe\n',
      /^p\.csv: cannot be read as CSV \(Invalid Opening Quote.* line 2.*\); put values/,
    ],
  ])('stops with one line at %s', async (_, content, message) => {
    const reading = read(content)
    await expect(reading).rejects.toThrow(RunError)
    await expect(reading).rejects.toThrow(message)
  })
})
