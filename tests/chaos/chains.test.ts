import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readJournal } from '../../store/journal/reader.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { partState } from '../../store/parts/part.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { howOften } from './how-often.ts'

const kills = howOften(6)

test(`killed ${kills} times in the middle of chains and rounds, a run ends in the parts of an undisturbed one`, async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  await using teacher = await simulatedTeacher(
    { first_token_ms: 60, token_ms: 0.02, rates: { wrong_answer: 0.4 } },
    log,
  )
  const arm = {
    teacher: 'qwen3',
    model: 'Qwen/Qwen3-8B',
    endpoint: 'teacher',
    samples: { min: 1, max: 5, correct: 2, give_up: { after: 4 } },
  }
  const recipe = await writeRecipe(folder.path, {
    name: 'chains',
    problems: { builtin: { count: 64, seed: 1 }, per_shard: 16 },
    endpoints: { teacher: { base_url: teacher.baseUrl, dialect: 'vllm', max_in_flight: 12 } },
    arms: {
      ift: { ...arm, role: 'ift', mode: 'non_thinking', max_tokens: 100, truncated: 'raise' },
      reasoning: {
        ...arm,
        role: 'reasoning',
        max_tokens: 1200,
        truncated: { policy: 'continue', max_tokens: 4800, rounds: 3 },
      },
    },
  })
  const calm = join(folder.path, 'calm')
  const shaken = join(folder.path, 'shaken')
  expect(await runCli(['distill', recipe, '--run', calm], { cwd: folder.path })).toMatchObject({ code: 0 })
  const requestsWhenCalm = await requests(log)

  let killed = 0
  while (killed < kills) {
    const { child, ended } = startCli(['distill', recipe, '--run', shaken], { cwd: folder.path })
    await Promise.race([ended, killMoment(shaken)])
    child.kill('SIGKILL')
    const { signal, code, stderr } = await ended
    if (signal !== 'SIGKILL') {
      expect({ code, stderr: stderr.slice(-500) }).toMatchObject({ code: 0 })
      break
    }
    killed += 1
    const status = await runCli(['status', recipe, '--run', shaken], { cwd: folder.path })
    expect(status).toMatchObject({ code: 0, stderr: '' })
  }
  const last = await runCli(['distill', recipe, '--run', shaken], { cwd: folder.path })

  expect({ code: last.code, stderr: last.stderr.slice(-500) }).toMatchObject({ code: 0 })
  // The footer of a traces part also counts the requests that kills cut off; its rows are compared by their digest.
  for (let shard = 0; shard < 4; shard++)
    expect((await partState(shaken, 'traces', shard))!.digest).toBe(
      (await partState(calm, 'traces', shard))!.digest,
    )
  for (const kind of ['verdicts', 'decisions', 'pairs', 'dataset'])
    expect(await folderDigest(join(shaken, kind))).toEqual(await folderDigest(join(calm, kind)))
  expect(await askedAgain(shaken)).toEqual([])
  const ledger = Ledger.parse(JSON.parse(await readFile(join(shaken, 'ledger.json'), 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  for (const { further_requests } of ledger.truncation) expect(further_requests).toBeGreaterThan(0)
  for (const { ended } of ledger.sampling) expect(ended['enough']).toBeGreaterThan(0)
  const cutOff = ledger.spend.reduce((sum, each) => sum + each.unsettled, 0)
  const sent = (await requests(log)) - requestsWhenCalm
  console.log(
    `${killed} kills; ${sent} requests where an undisturbed run has ${requestsWhenCalm}, ${cutOff} cut off by kills, none of those answered asked again`,
  )
  expect(killed).toBeGreaterThan(3)
  expect(cutOff).toBeGreaterThan(0)
  expect(sent).toBeLessThanOrEqual(requestsWhenCalm + cutOff)
})

async function requests(log: string): Promise<number> {
  return (await readFile(log, 'utf8')).split('\n').length - 1
}

/** Some time after this start has written its first answers, so that a slow machine is not killed while it wakes up. */
async function killMoment(run: string): Promise<void> {
  const before = await journalBytes(run)
  while ((await journalBytes(run)) === before) await sleep(50)
  await sleep(Math.random() * 900)
}

async function journalBytes(run: string): Promise<number> {
  let bytes = 0
  const journal = join(run, 'journal', 'generate')
  for (const shard of await readdir(journal).catch(() => []))
    for await (const { length } of readJournal(join(journal, shard))) bytes += length
  return bytes
}

/** Keys of requests that were sent although their answer was on disk. */
async function askedAgain(run: string): Promise<string[]> {
  const answered = new Set<string>()
  const again: string[] = []
  for await (const { key, type } of lines(run)) {
    if (type === 'answered') answered.add(key)
    else if (answered.has(key)) again.push(key)
  }
  return again
}

async function* lines(run: string): AsyncGenerator<{ key: string; type: string }> {
  const journal = join(run, 'journal', 'generate')
  for (const shard of await readdir(journal))
    for await (const { line } of readJournal(join(journal, shard))) yield line
}
