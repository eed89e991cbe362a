import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { folderWith, problemsOf, readAll, shown } from './folder.ts'

const read = async (content: string | Uint8Array, name: string, options: object = {}): Promise<unknown[]> =>
  shown(await readAll(await folderWith({ [name]: content }), { files: name, ...options }))

describe('what separates the values of a table', () => {
  const cell = fc.stringMatching(/^[a-zé0-9 ,;|.]{1,12}$/).map((text) => text.trim() || 'x')
  const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 })

  test.each([',', ';', '\t', '|'])('is found: %j', async (mark) => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const quoted = rows.map((row) => row.map((value) => `"${value}"`).join(mark))
        const text = `question${mark}answer${mark}id\r\n${quoted.join('\r\n')}\r\n`
        expect(await read(text, 'p.csv')).toEqual(
          rows.map(([question, answer, id]) => ({ question, answer, id })),
        )
      }),
      { numRuns: 20 },
    )
  })

  test('is not a comma of numbers in a table of semicolons, nor a mark inside one column', async () => {
    expect(await read('question;answer\nWhat is 1,5 + 1?;2,5\n', 'p.csv')).toEqual([
      { question: 'What is 1,5 + 1?', answer: '2,5' },
    ])
    expect(await read('question\na; b\nc, d\n', 'p.csv')).toEqual([
      { question: 'a; b' },
      'p.csv:3: the record has 2 values and the header 1 names; quote values that hold the delimiter or a line break (bad_row)',
    ])
  })

  test('is what the recipe states', async () => {
    expect(await read('a,b:c\n1,2:3\n', 'p.csv', { delimiter: ':' })).toEqual([{ 'a,b': '1,2', c: '3' }])
  })
})

describe('the encoding of a text file', () => {
  const text = 'question;answer\nWie groß ist „ein Viertel“ von 10 €?;2,5\n'
  const row = { question: 'Wie groß ist „ein Viertel“ von 10 €?', answer: '2,5' }
  const cp1252 = Buffer.from(
    text.replaceAll('„', '\u0084').replaceAll('“', '\u0093').replaceAll('€', '\u0080'),
    'latin1',
  )
  const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le')
  test.each([
    ['utf-8', Buffer.from(text)],
    ['utf-8-sig', Buffer.from(`\uFEFF${text}`)],
    ['cp1252', cp1252],
    ['utf-16le', utf16],
    ['utf-16be', Buffer.from(utf16).swap16()],
    ['utf-16le', utf16.subarray(2)],
    ['utf-16be', Buffer.from(utf16.subarray(2)).swap16()],
  ])('is found or stated: %s', async (encoding, bytes) => {
    expect(await read(bytes, 'p.csv')).toEqual([row])
    expect(await read(bytes, 'p.csv', { encoding })).toEqual([row])
  })

  test('is not guessed for other scripts and damaged texts', async () => {
    const cyrillic = Buffer.from([0xf1, 0xea, 0xee, 0xeb, 0xfc, 0xea, 0xee])
    const damaged = Buffer.from('groß ').subarray(0, 5)
    for (const bytes of [cyrillic, Buffer.concat([Buffer.from('größe '), damaged, Buffer.from([0xff])])]) {
      const content = Buffer.concat([Buffer.from('question,answer\n'), bytes, Buffer.from(',1\n')])
      await expect(read(content, 'p.csv')).rejects.toThrow('p.csv: is not UTF-8; state its encoding')
    }
  })

  test('is refused by name where its bytes mean nothing', async () => {
    await expect(read(Buffer.from('a\n\x81\n', 'latin1'), 'p.csv', { encoding: 'cp1252' })).rejects.toThrow(
      'p.csv: is not cp1252; set problems.encoding to one of utf-8, ',
    )
    expect(await read(Buffer.from('{"a":"\xe9"}\n', 'latin1'), 'p.jsonl', { encoding: 'latin-1' })).toEqual([
      { a: 'é' },
    ])
  })
})

/** The prompts, and what is said of bad rows, in a file of one row. */
async function inside(row: object, rows: string): Promise<string[]> {
  const cwd = await folderWith({ 'p.jsonl': `${JSON.stringify(row)}\n` })
  const found = await problemsOf(cwd, { files: 'p.jsonl', rows })
  return found.map((each) => ('reason' in each ? each.message : each.problem.prompt))
}

describe('problems in lists of a row', () => {
  const list = [
    { question: 'a', answer: '1' },
    { question: 'b', answer: '2' },
  ]

  test('are found in a text that holds JSON as well', async () => {
    expect(await inside({ all: list }, 'all[*]')).toEqual(['a', 'b'])
    expect(await inside({ all: JSON.stringify(list) }, 'all[*]')).toEqual(['a', 'b'])
    expect(await inside({ all: [{ x: JSON.stringify(list) }, { x: '[]' }] }, 'all[*].x[*]')).toEqual([
      'a',
      'b',
    ])
  })

  test('may be none, which is not the same as no list', async () => {
    expect(await inside({ all: [] }, 'all[*]')).toEqual([])
    expect(await inside({ all: [{ part: [] }, { part: list }] }, 'all[*].part[*]')).toEqual(['a', 'b'])
    for (const row of [{ other: list }, { all: null }, { all: 'text' }])
      expect(await inside(row, 'all[*]')).toEqual([expect.stringContaining('no list is at "all[*]"')])
    expect(await inside({ all: list }, 'all[*].x')).toEqual([expect.stringContaining('no list is at')])
  })

  test('are behind a path that goes into a list', () =>
    expect(inside({ all: list }, 'all')).rejects.toThrow('expected a path to the elements of a list'))
})

describe('one JSON array', () => {
  test('gives the elements, whatever stands in them and however it is set', async () => {
    const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(0, 2, '\t'), async (values, space) => {
        const lines = values.map((value) => JSON.stringify(value)).join('\n')
        const plain = await read(lines, 'p.jsonl')
        expect(await read(JSON.stringify(values, null, space), 'p.json')).toEqual(plain)
      }),
      { numRuns: 50 },
    )
  })

  test('names bad elements, and a file that is cut or goes on', async () => {
    expect(await read('[{"a":1}, 2, {"a" 3}, {"a":4}]\n', 'p.json')).toEqual([
      { a: 1 },
      'p.json element 2: an object with named columns is wanted, got 2 (bad_row)',
      expect.stringContaining('p.json element 3: the line is not JSON'),
      { a: 4 },
    ])
    await expect(read('[{"a":1},\n{"a":2}', 'p.json')).rejects.toThrow(
      'p.json: is no whole JSON array (the array has no end); mend the file',
    )
    await expect(read('[\n{"a":1}]\n{"a":2}', 'p.json')).rejects.toThrow('something follows the end')
  })

  test('keeps the digits of its numbers', async () => {
    const folder = await folderWith({ 'p.json': '[{"question":"a","answer":0.10}]' })
    expect(await problemsOf(folder, { files: 'p.json' })).toMatchObject([{ problem: { answers: ['0.10'] } }])
  })
})
