import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JournalLine, WrittenLine } from '../../schemas/journal.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { runSpend } from '../../pipeline/ledger/run-spend.ts'
import { readJournal } from '../../store/journal/reader.ts'
import { repairJournals, type RepairedDamage } from '../../store/journal/repair-journal.ts'
import { repairTornTails } from '../../store/journal/torn-tail.ts'
import { openJournal } from '../../store/journal/writer.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* The chaos suite asks for more: FLIPS=10000. */
const flips = Number(process.env['FLIPS'] ?? 400)

const answers = 200
const written: WrittenLine[] = Array.from({ length: answers }, (_, index) => {
  const of = {
    key: `k${index}`,
    problem_id: `p${index}`,
    arm: 'a',
    sample_index: 0,
    endpoint: 'e',
    model: 'm',
  }
  return [
    { type: 'intent' as const, ...of, at: 1 },
    {
      type: 'answered' as const,
      ...of,
      at: 2,
      attempts: [{ ms: 5, status: 200, error: '', completion_tokens: null }],
      body: {
        choices: [{ message: { content: `Let x = ${index}. Čislo ${'abc '.repeat(index % 90)}` } }],
        usage: { prompt_tokens: 10, completion_tokens: 20 },
      },
    },
  ]
}).flat()

async function write(run: string, lines: readonly WrittenLine[] = written): Promise<string> {
  const attempt = join(run, 'journal/generate/00000/one')
  const journal = openJournal(attempt, billOf)
  await Promise.all(lines.map((line) => journal.append(line)))
  await journal.close()
  return attempt
}

async function lines(run: string): Promise<JournalLine[]> {
  const all: JournalLine[] = []
  for await (const { line } of readJournal(join(run, 'journal/generate/00000'))) all.push(line)
  return all
}

async function repaired(run: string, setAside: boolean): Promise<RepairedDamage[]> {
  const all: RepairedDamage[] = []
  for await (const damage of repairJournals(run, setAside)) all.push(damage)
  return all
}

/** What a start makes of a journal: its lines, or that it is damaged. */
async function read(run: string): Promise<JournalLine[] | 'named'> {
  try {
    await repairTornTails(join(run, 'journal/generate/00000'))
    return await lines(run)
  } catch (error) {
    expect(String(error)).toMatch(
      /0001\.jsonl:\d+: this journal line is damaged|bytes of this journal are gone/,
    )
    return 'named'
  }
}

test(`of ${flips} bit flips in the journal of ${answers} answers none changes or loses a line unseen, closed or killed`, async () => {
  await using folder = await temporaryFolder()
  const file = join(await write(folder.path), '0001.jsonl')
  const bytes = await readFile(file)
  const whole = await lines(folder.path)
  const seen = { changed: 0, lost: 0, named: 0, unharmed: 0 }
  for (let flip = 0; flip < flips; flip++) {
    // In the second half as a kill leaves it: without a summary.
    if (flip === flips >> 1) await rm(join(file, '../spend.json'))
    // Every tenth in the last line, of which a kill may have torn something off.
    const [bit] = fc.sample(
      fc.nat(bytes.length * 8 - 1).map((at) => (flip % 10 > 0 ? at : bytes.length * 8 - 1 - (at % 2400))),
      { numRuns: 1, seed: flip },
    )
    const damaged = Buffer.from(bytes)
    damaged[bit! >> 3]! ^= 1 << (bit! & 7)
    await writeFile(file, damaged)
    const came = await read(folder.path)
    if (came === 'named') seen.named += 1
    else if (came.length < whole.length) seen.lost += 1
    else if (JSON.stringify(came) === JSON.stringify(whole)) seen.unharmed += 1
    else seen.changed += 1
  }
  console.log(`${flips} flips: ${JSON.stringify(seen)}`)
  expect(seen).toMatchObject({ changed: 0, lost: 0 })
  expect(seen.named + seen.unharmed).toBe(flips)
})

test('one wrong bit, a lost line feed among them, is mended for nothing by what the checksum says', async () => {
  await using folder = await temporaryFolder()
  const few = written.slice(0, 6)
  const file = join(await write(folder.path, few), '0001.jsonl')
  const bytes = await readFile(file)
  const firstFeed = bytes.indexOf(0x0a)
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.nat(bytes.length * 8 - 1), fc.integer({ min: firstFeed * 8, max: firstFeed * 8 + 7 })),
      async (bit) => {
        const damaged = Buffer.from(bytes)
        damaged[bit >> 3]! ^= 1 << (bit & 7)
        // A line feed that was none breaks a line in two, of which neither has a checksum any more.
        fc.pre(damaged[bit >> 3] !== 0x0a)
        await writeFile(file, damaged)
        const found = await repaired(folder.path, false)
        expect(found.map(({ now }) => now).filter((now) => now !== 'mended')).toEqual([])
        expect(await lines(folder.path)).toEqual(few)
      },
    ),
    { numRuns: 25 },
  )
})

test('what cannot be mended is named, and is unknown only when it is to be set aside; its cost stays counted', async () => {
  await using folder = await temporaryFolder()
  const attempt = await write(folder.path)
  const file = join(attempt, '0001.jsonl')
  const bytes = await readFile(file)
  const spent = await runSpend(folder.path)
  const at = bytes.indexOf('Let x = 7.')
  bytes.fill('#', at, at + 5)
  await writeFile(file, bytes)
  const answer = 'an answer about problem p7 of a'
  await expect(lines(folder.path)).rejects.toThrow(answer)
  expect(await repaired(folder.path, false)).toMatchObject([
    { now: 'damaged', text: expect.stringContaining(answer) },
  ])
  await expect(lines(folder.path)).rejects.toThrow(answer)
  expect(await repaired(folder.path, true)).toMatchObject([{ now: 'set aside' }])
  expect(await lines(folder.path)).toHaveLength(written.length - 1)
  expect(await repaired(folder.path, false)).toEqual([])
  expect(await runSpend(folder.path)).toEqual(spent)
  expect(await readFile(`${file}.damaged`)).toEqual(bytes)
})

test.each([
  ['emptied', async (file: string) => truncate(file, 0), /\d+ bytes of this journal are gone/],
  ['cut short', async (file: string) => truncate(file, 5000), /\d+ bytes of this journal are gone/],
  [
    'zeroed',
    async (file: string) => writeFile(file, Buffer.alloc(70_000)),
    /0001\.jsonl:1: this journal line is damaged/,
  ],
  ['removed', async (file: string) => rm(file), /\d+ bytes of this journal are gone/],
])('a journal file that was %s is named', async (_what, harm, message) => {
  await using folder = await temporaryFolder()
  const file = join(await write(folder.path), '0001.jsonl')
  await harm(file)
  await repairTornTails(join(folder.path, 'journal/generate/00000'))
  await expect(lines(folder.path)).rejects.toThrow(message)
  const spent = await repaired(folder.path, true).then(() => runSpend(folder.path))
  expect(spent.bought[0]).toMatchObject({ answered: answers, unsettled: 0 })
})

test('journals of the first format, without checksums, are read as before', async () => {
  await using folder = await temporaryFolder()
  const attempt = join(folder.path, 'journal/generate/00000/20261101T000000.000Z-00000000')
  await mkdir(attempt, { recursive: true })
  const text = written.map((line) => `${JSON.stringify(line)}\n`).join('')
  await writeFile(join(attempt, '0001.jsonl'), `${text}{"type":"ans`)
  await write(folder.path, [])
  expect(await read(folder.path)).toEqual(written)
  expect(await repaired(folder.path, false)).toEqual([])
})

test('what file managers leave in a journal is passed over', async () => {
  await using folder = await temporaryFolder()
  const attempt = await write(folder.path)
  for (const place of [attempt, join(attempt, '..'), join(attempt, '../..'), join(attempt, '../../..')])
    await writeFile(join(place, '.DS_Store'), 'x')
  await writeFile(join(attempt, '._0001.jsonl'), 'x')
  expect(await lines(folder.path)).toEqual(written)
  expect((await runSpend(folder.path)).bought[0]).toMatchObject({ answered: answers })
})
