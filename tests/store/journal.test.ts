import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { billOf } from '../../teachers/cost/bill.ts'
import { isWhole } from '../../store/journal/line.ts'
import { readJournal, readJournalLineAt } from '../../store/journal/reader.ts'
import { repairTornTails } from '../../store/journal/torn-tail.ts'
import { journalState, needsAsking } from '../../store/journal/state.ts'
import { openJournal } from '../../store/journal/writer.ts'
import type { JournalLine, WrittenLine } from '../../schemas/journal.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const sample = (key: string) => ({ key, problem_id: 'p', arm: 'a', sample_index: 0, at: 1 })
const intent = (key: string): WrittenLine => ({ type: 'intent', ...sample(key) })
const answered = (key: string, text: string): WrittenLine => ({
  type: 'answered',
  ...sample(key),
  attempts: [{ ms: 5, status: 200, error: '', completion_tokens: null }],
  body: { text },
})
const failed = (key: string, retryable: boolean): WrittenLine => ({
  type: 'failed',
  ...sample(key),
  attempts: [{ ms: 5, status: 500, error: 'http_500', completion_tokens: 7 }],
  code: 'http_500',
  message: 'm',
  retryable,
})

async function lines(folder: string): Promise<JournalLine[]> {
  const all: JournalLine[] = []
  for await (const { line } of readJournal(folder)) all.push(line)
  return all
}

test('what was appended at once is read back in order, and each line can be fetched by its place', async () => {
  await using folder = await temporaryFolder()
  const journal = openJournal(join(folder.path, 'one'), billOf)
  const written = Array.from({ length: 500 }, (_, index) =>
    answered(`k${index}`, `täxt ${'\u{1F600}'.repeat(index)}`),
  )
  await Promise.all(written.map((line) => journal.append(line)))
  await journal.close()
  expect(await lines(folder.path)).toEqual(written)
  for await (const { line, file, offset, length } of readJournal(folder.path)) {
    expect(readJournalLineAt(file, offset, length)).toEqual(line)
  }
})

test('wherever the tail is torn off, every whole line stays and the next attempt goes on beside it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 12 }), async (at, count) => {
      await using folder = await temporaryFolder()
      const journal = openJournal(join(folder.path, 'one'), billOf)
      for (let index = 0; index < count; index++)
        await journal.append(answered(`k${index}`, 'é'.repeat(index)))
      await journal.close()
      // A kill leaves no summary.
      await rm(join(folder.path, 'one', 'spend.json'))
      const file = join(folder.path, 'one', '0001.jsonl')
      const bytes = await readFile(file)
      const cut = at % (bytes.length + 1)
      await truncate(file, cut)
      const kept = bytes.subarray(0, cut).filter((byte) => byte === 0x0a).length
      expect(await lines(folder.path)).toHaveLength(kept)
      const end = bytes.subarray(0, cut).lastIndexOf(0x0a) + 1
      // A line of which only the line feed is missing is kept.
      const whole = isWhole(bytes.subarray(end, cut)) ? kept + 1 : kept
      expect(await repairTornTails(folder.path)).toBe(whole > kept ? 0 : cut - end)
      const second = openJournal(join(folder.path, 'two'), billOf)
      await second.append(intent('later'))
      await second.close()
      expect(await lines(folder.path)).toHaveLength(whole + 1)
    }),
    { numRuns: 60 },
  )
})

test('damage before the tail is an error that names file and line', async () => {
  await using folder = await temporaryFolder()
  await mkdir(join(folder.path, 'one'))
  await writeFile(
    join(folder.path, 'one', '0001.jsonl'),
    `${JSON.stringify(intent('a'))}\n{"type":"inte\n${JSON.stringify(intent('b'))}\n`,
  )
  await expect(lines(folder.path)).rejects.toThrow(/0001\.jsonl:2: this journal line is damaged/)
})

test('a sample is asked again after a kill or a failure of the server, and not after an answer or its own fault', async () => {
  await using folder = await temporaryFolder()
  const journal = openJournal(join(folder.path, 'one'), billOf)
  const history = [
    intent('cut'),
    intent('done'),
    answered('done', 'x'),
    intent('down'),
    failed('down', true),
    intent('own'),
    failed('own', false),
  ]
  for (const line of history) await journal.append(line)
  await journal.close()
  const again = openJournal(join(folder.path, 'two'), billOf)
  for (const line of [intent('down'), answered('down', 'y'), failed('done', true)]) await again.append(line)
  await again.close()
  const states = await journalState(folder.path, billOf)
  expect(Object.fromEntries([...states].map(([key, state]) => [key, needsAsking(state)]))).toEqual({
    cut: true,
    done: false,
    down: false,
    own: false,
  })
  expect(needsAsking(undefined)).toBe(true)
  expect(states.get('cut')).toMatchObject({ state: 'intended', unsettled: 1, requests: 0 })
  expect(states.get('down')).toMatchObject({ state: 'answered', unsettled: 0, requests: 2, wasted_tokens: 7 })
})

test('two writers of one journal file are refused', async () => {
  await using folder = await temporaryFolder()
  const one = openJournal(join(folder.path, 'same'), billOf)
  const two = openJournal(join(folder.path, 'same'), billOf)
  await one.append(intent('a'))
  await expect(two.append(intent('b'))).rejects.toThrow(/could not be written \(EEXIST\)/)
  // After a failed write nothing more is accepted.
  await expect(two.append(intent('c'))).rejects.toThrow(/could not be written/)
  await expect(two.append(intent('d'))).rejects.toThrow(/could not be written/)
  await one.close()
  await two.close()
})

test('a folder without a journal has no state', async () => {
  await using folder = await temporaryFolder()
  expect((await journalState(join(folder.path, 'missing'), billOf)).size).toBe(0)
})
