import { appendFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { billOf } from '../../teachers/cost/bill.ts'
import { sealLine } from '../../store/journal/line.ts'
import { repairTornTails } from '../../store/journal/torn-tail.ts'
import { openJournal } from '../../store/journal/writer.ts'
import { runSpend, type RunSpend } from '../../pipeline/ledger/run-spend.ts'
import { totalTokens } from '../../schemas/bill.ts'
import type { WrittenLine } from '../../schemas/journal.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const of = (key: string, arm = 'a') => ({
  key,
  problem_id: 'p',
  arm,
  sample_index: 0,
  endpoint: 'e',
  model: 'm',
  at: 1,
})
const intent = (key: string, arm?: string): WrittenLine => ({ type: 'intent', ...of(key, arm) })
const answered = (key: string, completion: number, arm?: string, tries = 1): WrittenLine => ({
  type: 'answered',
  ...of(key, arm),
  attempts: Array.from({ length: tries }, (_, index) => ({
    ms: 1,
    status: 200,
    error: index === tries - 1 ? '' : 'broken_stream',
    completion_tokens: index === tries - 1 ? null : 5,
  })),
  body: { usage: { prompt_tokens: 10, completion_tokens: completion } },
})

async function write(folder: string, lines: readonly WrittenLine[]): Promise<void> {
  const journal = openJournal(folder, billOf)
  for (const line of lines) await journal.append(line)
  await journal.close()
}

test('a closed journal leaves a summary that its lines confirm, and without one they are read', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          completion: fc.nat(1000),
          arm: fc.constantFrom('a', 'b'),
          tries: fc.integer({ min: 1, max: 3 }),
        }),
        { minLength: 1, maxLength: 20 },
      ),
      async (samples) => {
        await using folder = await temporaryFolder()
        const attempt = join(folder.path, 'journal/generate/00000/one')
        await write(
          attempt,
          samples.flatMap(({ completion, arm, tries }, index) => [
            intent(`k${index}`, arm),
            answered(`k${index}`, completion, arm, tries),
          ]),
        )
        const told = await runSpend(folder.path)
        await rm(join(attempt, 'spend.json'))
        expect(await runSpend(folder.path)).toEqual(told)
        const expected = samples.reduce(
          (sum, { completion, tries }) => sum + 10 + completion + 5 * (tries - 1),
          0,
        )
        expect(spentTokens(told)).toBe(expected)
      },
    ),
    { numRuns: 20 },
  )
})

test('a summary of other lines is not believed', async () => {
  await using folder = await temporaryFolder()
  const attempt = join(folder.path, 'journal/judge/00000/one')
  await write(attempt, [intent('k1'), answered('k1', 90)])
  await appendFile(join(attempt, '0001.jsonl'), sealLine(answered('k2', 900)))
  expect(spentTokens(await runSpend(folder.path))).toBe(100 + 910)
  await writeFile(join(attempt, 'spend.json'), '{"format":1')
  expect(spentTokens(await runSpend(folder.path))).toBe(100 + 910)
  expect(spentTokens(await runSpend(folder.path, { kinds: ['generate'] }))).toBe(0)
})

test('requests that a kill cut off count as the mean of their arm, and once set down as that for good', async () => {
  await using folder = await temporaryFolder()
  const shard = join(folder.path, 'journal/generate/00000')
  await write(join(shard, 'one'), [intent('k1'), intent('k2'), intent('k3'), answered('k1', 90)])
  const [seen] = (await runSpend(folder.path)).bought
  expect(seen).toMatchObject({ unsettled: 2, answered: 1, cut_off: { prompt: 20, completion: 180 } })

  // A kill in the middle of a line leaves no summary and a torn tail.
  await rm(join(shard, 'one/spend.json'))
  await appendFile(join(shard, 'one/0001.jsonl'), '{"type":"answ')
  expect((await runSpend(folder.path)).bought).toEqual([seen])

  // Only looking sets nothing down; the next start does.
  expect(await readdir(join(shard, 'one'))).toEqual(['0001.jsonl'])
  await runSpend(folder.path, { store: true })
  expect(await readdir(join(shard, 'one'))).toEqual(['0001.jsonl', 'spend.json'])
  expect(await repairTornTails(shard)).toBe(0)
  await write(join(shard, 'two'), [intent('k2'), answered('k2', 990)])
  const [later] = (await runSpend(folder.path, { store: true })).bought
  expect(later).toMatchObject({ unsettled: 2, answered: 2, cut_off: { prompt: 20, completion: 180 } })
})

test('of an arm that never answered, a request that was cut off counts as its longest answer until one comes', async () => {
  await using folder = await temporaryFolder()
  const shard = join(folder.path, 'journal/generate/00000')
  await write(join(shard, 'one'), [intent('k1')])
  const options = { longestAnswer: () => 2048, store: true }
  expect(spentTokens(await runSpend(folder.path, options))).toBe(2048)
  await write(join(shard, 'two'), [intent('k1'), answered('k1', 90)])
  expect(spentTokens(await runSpend(folder.path, options))).toBe(200)
})

test('an outcome without any try was bought elsewhere', async () => {
  await using folder = await temporaryFolder()
  const line = { ...answered('k1', 90), attempts: [] } as WrittenLine
  await write(join(folder.path, 'journal/generate/00000/one'), [line])
  expect(await runSpend(folder.path)).toEqual({ bought: [] })
})

/** All tokens of a run, those that requests cut off are taken to have had included. */
function spentTokens({ bought }: RunSpend): number {
  return bought.reduce((sum, { bill, cut_off }) => sum + totalTokens(bill) + totalTokens(cut_off), 0)
}
