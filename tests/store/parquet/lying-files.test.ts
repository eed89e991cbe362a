import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Table from 'cli-table3'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { parquetLies } from '../../support/lying-parquet.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const reader = fileURLToPath(new URL('../../support/read-lies.ts', import.meta.url))
const Told = z.object({ name: z.string(), said: z.string(), ms: z.number(), peak_mb: z.number() })

/** Without what all of them say. */
const short = (said: string): string => said.replace(/^cannot read \S+: |; give a whole Parquet file$/gu, '')

test.each(['foreign', 'own'] as const)(
  'a Parquet file that lies, read as %s, is one line or its own rows, in bounded memory and without hanging',
  async (how) => {
    await using folder = await temporaryFolder()
    // A hang is an error here: all files together take a second or two.
    const { stdout } = await promisify(execFile)(process.execPath, [reader, how, folder.path], {
      timeout: 150_000,
      killSignal: 'SIGKILL',
    })
    const told = stdout
      .trimEnd()
      .split('\n')
      .map((line) => Told.parse(JSON.parse(line)))
    expect(told.map(({ name }) => name)).toEqual(parquetLies.map(({ name }) => name))
    expect(told.length).toBeGreaterThanOrEqual(60)
    for (const [index, { name, said }] of told.entries()) {
      const isRefused = /^cannot read [^\n]*; give a whole Parquet file$/u.test(said)
      const isRead = said === 'the same rows' && parquetLies[index]!.isHarmless
      expect({ name, said, isFine: isRefused || isRead }).toEqual({ name, said, isFine: true })
      expect(said).not.toMatch(/undefined|call stack|DataView|STACK/u)
    }
    expect(Math.max(...told.map(({ peak_mb }) => peak_mb))).toBeLessThan(300)
    const table = new Table({ head: ['lie', 'told', 'ms'], style: { head: [], border: [] } })
    table.push(...told.map(({ name, said, ms }) => [name, short(said), ms]))
    console.log(
      `${told.length} lying files read as ${how}, ${told.at(-1)!.peak_mb} MB at most\n${table.toString()}`,
    )
  },
)
