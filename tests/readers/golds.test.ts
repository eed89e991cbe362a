import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { problemsOf } from '../problems/folder.ts'
import { readForeignParquet } from '../../store/parquet/foreign/read.ts'
import { type ColumnDigests, columnDigests } from './canonical.ts'
import { hasPython, runPython } from './python.ts'

const work = mkdtempSync(join(tmpdir(), 'twinstill-golds-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe.skipIf(!hasPython)('answers in files that pyarrow wrote', () => {
  test('reach the problem as the text that the file holds, of every type, scale and precision', async () => {
    const written = runPython('write_golds.py', work) as Record<string, string>
    expect(Object.keys(written).length).toBeGreaterThan(150)
    for (const [name, digest] of Object.entries(written)) {
      const texts = createHash('sha256')
      for (const item of await problemsOf(work, { files: name }))
        texts.update(`${'reason' in item ? item.message : item.problem.answers[0]}\n`)
      expect({ name, digest: texts.digest('hex') }).toEqual({ name, digest })
    }
  })

  test('are read a page at a time with the same values, whatever their codec, pages and encodings', async () => {
    const written = runPython('write_samples.py', work) as Record<string, ColumnDigests>
    async function* rows(name: string): AsyncGenerator<Record<string, unknown>> {
      for await (const { row, fault } of readForeignParquet(join(work, `${name}.parquet`), name, {})) {
        expect(fault).toBeUndefined()
        yield { ...row, when: new Date(String(row['when'])) }
      }
    }
    for (const [name, digests] of Object.entries(written))
      expect({ name, ...(await columnDigests(rows(name))) }).toEqual({ name, ...digests })
  })
})
