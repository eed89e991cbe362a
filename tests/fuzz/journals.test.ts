import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect } from 'vitest'
import { RunError } from '../../schemas/errors.ts'
import type { WrittenLine } from '../../schemas/journal.ts'
import { LineDamage, mendLine, openLine, sealLine } from '../../store/journal/line.ts'
import { readJournal } from '../../store/journal/reader.ts'
import { repairTornTails } from '../../store/journal/torn-tail.ts'
import { outcomeOf } from './support/expected.ts'
import { fuzz } from './support/fuzz.ts'
import { mutatedText } from './support/mutate-text.ts'

/*
 * A journal is what was paid for: a line that was changed is never read as another one, damage is told in one line, and what
 * is read from a file that was cut off is its beginning.
 */

const place = (key: string) => ({ key, problem_id: 'p1', arm: 'think', sample_index: 0, at: 1 })
const attempts = [{ ms: 5, status: 200, error: '', completion_tokens: 7 }]
const written: readonly WrittenLine[] = [
  { type: 'intent', ...place('a') },
  { type: 'answered', ...place('a'), attempts, body: { choices: [{ message: { content: 'Sieben ✓ 二' } }] } },
  { type: 'failed', ...place('b'), attempts, code: 'http_500', message: 'no', retryable: true },
  { type: 'answered', ...place('c'), attempts, body: { sum: '0123456789abcdef', text: ',"sum":"' } },
]
const lines = written.map((line) => sealLine(line).toString('latin1').slice(0, -1))
const tokens = [
  ',"sum":"',
  '"}',
  '{',
  '}',
  '"',
  '\\',
  '\n',
  '\r',
  '\u0000',
  '0',
  ',"type":"intent"',
  ',"sum":"0123456789abcdef"}',
]

fuzz<string>('journal-lines', {
  cases: mutatedText(lines, tokens),
  runs: 3000,
  check: (text) => {
    const bytes = Buffer.from(text, 'latin1')
    try {
      const { line, sealed } = openLine(bytes)
      if (sealed) expect(written).toContainEqual(line)
    } catch (error) {
      if (!(error instanceof LineDamage)) throw error
      const mended = bytes.length < 600 ? mendLine(bytes) : undefined
      for (const each of mended ?? []) expect(lines).toContain(each.toString('latin1'))
    }
  },
})

const folder = mkdtempSync(join(tmpdir(), 'twinstill-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const attempt = join(folder, 'one')
const file = join(attempt, '0001.jsonl')

async function read(bytes: Buffer): Promise<{ keys: string[]; refused: string | undefined }> {
  rmSync(attempt, { recursive: true, force: true })
  mkdirSync(attempt)
  writeFileSync(file, bytes)
  const keys: string[] = []
  const outcome = await outcomeOf(async () => {
    for await (const { line } of readJournal(folder)) keys.push(`${line.type} ${line.key}`)
  }, [RunError])
  return { keys, refused: 'refused' in outcome ? outcome.refused : undefined }
}

const whole = `${lines.join('\n')}\n`
const known = written.map(({ type, key }) => `${type} ${key}`)

fuzz<string>('journal-files', {
  cases: mutatedText([whole], [...tokens, ...lines.map((line) => `${line}\n`)]),
  runs: 300,
  check: async (text) => {
    const { keys, refused } = await read(Buffer.from(text, 'latin1'))
    for (const key of keys) expect(known).toContain(key)
    if (refused !== undefined) expect(refused).toMatch(/restore the journal from a backup/u)
  },
})

fuzz<number>('journal-tails', {
  cases: fc.nat(whole.length - 1),
  runs: 150,
  check: async (end) => {
    const bytes = Buffer.from(whole, 'latin1').subarray(0, end)
    const { keys, refused } = await read(bytes)
    expect(refused).toBeUndefined()
    expect(known.slice(0, keys.length)).toEqual(keys)
    await repairTornTails(folder)
    expect(await repairTornTails(folder)).toBe(0)
    const again: string[] = []
    for await (const { line } of readJournal(folder)) again.push(`${line.type} ${line.key}`)
    expect(known.slice(0, again.length)).toEqual(again)
    expect(again.length).toBeGreaterThanOrEqual(keys.length)
  },
})
