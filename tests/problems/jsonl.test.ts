import { Readable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitLines } from '../../store/files/lines.ts'
import { readJsonLines } from '../../problems/files/jsonl.ts'
import { readRows } from '../../problems/files/read-rows.ts'
import { RunError } from '../../schemas/errors.ts'
import { folderWith, readAll, shown } from './folder.ts'

const read = async (content: string | Uint8Array, name = 'p.jsonl') =>
  readAll(await folderWith({ [name]: content }), { files: name })

describe('JSON Lines', () => {
  test('reads objects with their line numbers, passing over empty lines', async () => {
    const rows = await read('\uFEFF{"a":1}\r\n\r\n  \n{"a":"x\u2028y\u2029z"}\n{"a":3}')
    expect(shown(rows)).toEqual([{ a: 1 }, { a: 'x\u2028y\u2029z' }, { a: 3 }])
    expect(rows.map((row) => row.position)).toEqual(['p.jsonl:1', 'p.jsonl:4', 'p.jsonl:5'])
  })

  test('names every bad line and goes on after it', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a": NaN}\n[1,2]\n"text"\nnull\n{"a":'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('}\n{"a":1}\n{"a":1'),
    ])
    const rows = await read(bytes)
    expect(rows.map((row) => ('reason' in row ? row.reason : 'good'))).toEqual([
      'bad_json',
      'bad_row',
      'bad_row',
      'bad_row',
      'bad_json',
      'good',
      'bad_json',
    ])
    expect(shown(rows)[0]).toMatch(/^p\.jsonl:1: the line is not JSON: Unexpected token 'N'/)
    expect(shown(rows).slice(1, 5)).toEqual([
      'p.jsonl:2: an object with named columns is wanted, got [1,2] (bad_row)',
      'p.jsonl:3: an object with named columns is wanted, got "text" (bad_row)',
      'p.jsonl:4: an object with named columns is wanted, got null (bad_row)',
      'p.jsonl:5: the line is not JSON: the bytes are not UTF-8 (bad_json)',
    ])
    for (const line of shown(rows)) expect(String(line)).not.toContain('\n')
  })

  test('passes over a line that is too long and reads the next', async () => {
    const rows = await read(`{"a":1}\n{"a":"${'x'.repeat(17 * 1024 * 1024)}"}\n{"a":3}\n`)
    expect(shown(rows)).toEqual([
      { a: 1 },
      'p.jsonl:2: the line is longer than 16777216 bytes; one object a line is wanted (line_too_long)',
      { a: 3 },
    ])
  })

  test('keeps the digits of whole numbers that a double cannot hold', async () => {
    expect(
      shown(await read('{"a":12345678901234567890,"b":9007199254740991,"c":1.2345678901234567}')),
    ).toEqual([{ a: 12_345_678_901_234_567_890n, b: 9_007_199_254_740_991, c: 1.2345678901234567 }])
  })

  test('reads numbers as their texts, and those of the tests of programs as numbers', async () => {
    const line =
      '{"answer":2.0,"tests":{"inputs":[[2.0,"2.0"]],"outputs":[4.0]},"test_list":["assert f(2.0)"]}\n'
    async function* bytes() {
      yield Buffer.from(line)
    }
    expect(await Array.fromAsync(readJsonLines(bytes(), 'texts'))).toMatchObject([
      {
        row: {
          answer: '2.0',
          tests: { inputs: [[2, '2.0']], outputs: [4] },
          test_list: ['assert f(2.0)'],
        },
      },
    ])
  })

  test('a column may have any name', async () => {
    const [row] = shown(await read('{"__proto__": 1, "constructor": 2}'))
    expect(Object.entries(row as object)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ])
  })

  test('reads gzip and zstd', async () => {
    const text = '{"a":1}\n{"a":2}\n'
    expect(shown(await read(gzipSync(text), 'p.jsonl.gz'))).toEqual([{ a: 1 }, { a: 2 }])
    expect(shown(await read(zstdCompressSync(text), 'p.jsonl.zst'))).toEqual([{ a: 1 }, { a: 2 }])
  })

  test('stops with one line at a file that is cut off or not what its name says', async () => {
    const packed = gzipSync('{"a":1}\n'.repeat(1000))
    const cut = read(packed.subarray(0, packed.length - 9), 'p.jsonl.gz')
    await expect(cut).rejects.toThrow(RunError)
    await expect(cut).rejects.toThrow(
      /^p\.jsonl\.gz: cannot be read as gzip-compressed JSONL \(unexpected end of file\); mend or remove the file$/,
    )
    await expect(read('plain', 'q.jsonl.zst')).rejects.toThrow(
      /^q\.jsonl\.zst: cannot be read as zstd-compressed JSONL/,
    )
  })

  test('reads standard input', async () => {
    const rows = await readAll(await folderWith(), { files: '-' }, '{"a":1}\n{"a":\n')
    expect(rows.map((row) => row.position)).toEqual(['stdin:1', 'stdin:2'])
  })

  test('stops at the limit without reading on, over all files, bad rows counted', async () => {
    const cwd = await folderWith({ 'a.jsonl': '{"a":1}\n[]\n', 'b.jsonl': '{"a":3}\n{"a":4}\n' })
    expect((await readAll(cwd, { files: '*.jsonl', limit: 3 })).map((row) => row.position)).toEqual([
      'a.jsonl:1',
      'a.jsonl:2',
      'b.jsonl:1',
    ])
  })

  test.each(['jsonl', 'csv'] as const)('reads an endless %s stream row by row', async (format) => {
    function* endless() {
      if (format === 'csv') yield Buffer.from('prompt,answer\n')
      for (let row = 0; ; row += 1)
        yield Buffer.from(format === 'csv' ? `question ${row},${row}\n` : `{"answer":${row}}\n`)
    }
    let last: unknown
    let count = 0
    const stdin = Readable.from(endless())
    for await (const row of readRows({ files: '-', format, limit: 20_000 }, { cwd: '.', stdin })) {
      last = 'row' in row ? row.row['answer'] : row
      count += 1
    }
    expect([count, Number(last)]).toEqual([20_000, 19_999])
  })
})

test('lines do not depend on how the bytes arrive', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r', '\u2028', '😀'), maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      async (whole, sizes) => {
        const bytes = Buffer.from(whole)
        const chunks: Buffer[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          chunks.push(bytes.subarray(at, at + size))
          at += size
        }
        const lines = await Array.fromAsync(splitLines(Readable.from(chunks), 1000))
        const expected = whole.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(lines.map((line) => line.bytes?.toString())).toEqual(expected)
        expect(lines.map((line) => line.number)).toEqual(expected.map((_, index) => index + 1))
      },
    ),
  )
})
