import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { deadSpend } from '../../../pipeline/engine/dead-spend.ts'
import type { WrittenLine } from '../../../schemas/journal.ts'
import { openJournal } from '../../../store/journal/writer.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import { Endpoint } from '../../../teachers/endpoint-options.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const endpoints = {
  teacher: Endpoint.parse({
    base_url: 'http://127.0.0.1:1/v1',
    price: { input: 1, output: 2, date: '2026-11-01' },
  }),
}

function sample(key: string) {
  return { key, problem_id: 'p', arm: 'ift', sample_index: 0, endpoint: 'teacher', model: 'm', at: 0 }
}

const intent = (key: string): WrittenLine => ({
  type: 'intent',
  ...sample(key),
  set_aside: { prompt: 100, completion: 1000 },
})
const answered = (key: string): WrittenLine => ({
  type: 'answered',
  ...sample(key),
  attempts: [{ ms: 1, status: 200, error: '', completion_tokens: null }],
  body: { usage: { prompt_tokens: 10, completion_tokens: 20 } },
})

async function write(path: string, lines: WrittenLine[]): Promise<void> {
  const journal = openJournal(path, billOf)
  for (const line of lines) await journal.append(line)
  await journal.close()
}

test('what a dead worker has spent is what was billed, and for open requests what a try may cost', async () => {
  await using folder = await temporaryFolder()
  const shard = (kind: string, number: string, name: string): string =>
    join(folder.path, 'journal', kind, number, name)
  await write(shard('generate', '00000', 'start-000003-when-who'), [intent('a'), answered('a'), intent('b')])
  await write(shard('judge', '00004', 'start-000005-when-who-wave-00001'), [intent('c'), answered('c')])
  await write(shard('generate', '00001', 'start-000003-when-another'), [intent('d'), answered('d')])
  // What a kill has left of a line was never acknowledged.
  await appendFile(join(shard('generate', '00000', 'start-000003-when-who'), '0001.jsonl'), '{"type":"ans')
  expect(await deadSpend(folder.path, 'when-who', { endpoints })).toEqual({
    nano_usd: 2 * (10 + 2 * 20) * 1000 + (100 + 2 * 1000) * 1000,
    tokens: 2 * 30 + 1100,
  })
  const { set_aside: _, ...silent } = intent('e') as WrittenLine & { set_aside: unknown }
  await write(shard('generate', '00002', 'start-000003-when-who'), [silent])
  expect(await deadSpend(folder.path, 'when-who', { endpoints })).toBe('unknown')
  expect(await deadSpend(folder.path, 'nobody', { endpoints })).toEqual({ nano_usd: 0, tokens: 0 })
})
