import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { readAttempt, readJournal } from '../../store/journal/reader.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, startCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/*
 * Several processes on one run folder. Whoever starts this suite must outlive it: the kernel sends SIGHUP to all members of
 * a process group that has stopped ones and that nobody waits for any more.
 */

const leaseSeconds = 3
const workers = 4

test('of four processes on one run one is killed and comes again, one is frozen until it was taken for dead: the dataset is that of one process, and nothing answered is bought twice', async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  await using teacher = await simulatedTeacher({ first_token_ms: 150, token_ms: 0.02, concurrency: 16 }, log)
  const recipe = await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      problems: { builtin: { count: 64, seed: 1 }, per_shard: 8 },
      // So few that the first worker has not done everything before the last one has begun.
      endpoints: { teacher: { base_url: teacher.baseUrl, dialect: 'vllm', max_in_flight: 4 } },
      generate: { shards_open: 2 },
    }),
  )
  const [alone, shared] = [join(folder.path, 'alone'), join(folder.path, 'shared')]
  expect(await runCli(['distill', recipe, '--run', alone], { cwd: folder.path })).toMatchObject({ code: 0 })
  const samples = (await requests(log)) - (await probes(alone))

  const begun = await requests(log)
  const start = (index: number): ReturnType<typeof startCli> =>
    startCli(['distill', recipe, '--run', shared, '--shard', `${index}/${workers}`], {
      cwd: folder.path,
      environment: { TWINSTILL_LEASE_SECONDS: String(leaseSeconds) },
    })
  const started = Array.from({ length: workers }, (_, index) => start(index))
  const [killed, frozen] = await twoAsking(shared, started)
  expect(frozen).toBeDefined()
  started[frozen!]!.child.kill('SIGSTOP')
  started[killed!]!.child.kill('SIGKILL')
  expect(await started[killed!]!.ended).toMatchObject({ signal: 'SIGKILL' })
  started[killed!] = start(killed!)
  const others = await Promise.all(
    started.flatMap(({ ended }, at) =>
      at === frozen ? [] : [ended.then((end) => untilDone(end, () => start(at).ended))],
    ),
  )
  const written = await folderDigest(join(shared, 'dataset'))
  started[frozen!]!.child.kill('SIGCONT')
  const woken = await started[frozen!]!.ended

  for (const end of others) expect(lastOf(end)).toMatchObject({ code: 0 })
  expect(lastOf(woken)).toEqual({ code: 3, last: expect.stringMatching(silent) as unknown })
  expect(await folderDigest(join(shared, 'dataset'))).toEqual(written)
  expect(written).toEqual(await folderDigest(join(alone, 'dataset')))
  const last = await runCli(['distill', recipe, '--run', shared], { cwd: folder.path })
  expect(last).toMatchObject({ code: 0, stderr: expect.stringContaining('is up to date') as unknown })

  const { announced, answeredTwice, late } = await journalled(shared)
  expect(answeredTwice).toEqual([])
  const asked = (await requests(log)) - begun
  expect(asked).toBeLessThanOrEqual(announced)
  const ledger = Ledger.parse(JSON.parse(await readFile(join(shared, 'ledger.json'), 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  console.log(
    `${asked} requests for ${samples} samples and ${await probes(shared)} probes, of which ${asked - samples - (await probes(shared))} were asked again after a kill or a freeze; ${late} answers came too late; exit codes ${exits([...others, woken])}`,
  )
})

const silent = /gave no sign of life|another worker has taken over/u

/** A machine so busy that a worker is silent by itself has it taken for dead as well. It says so and is started again. */
async function untilDone(first: CliResult, again: () => Promise<CliResult>): Promise<CliResult> {
  let end = first
  for (let tries = 0; tries < 8 && end.code === 3 && silent.test(end.stderr); tries++) end = await again()
  return end
}

function lastOf({ code, stderr }: CliResult): { code: number | null; last: string } {
  return { code, last: stderr.slice(-600) }
}

function exits(results: readonly CliResult[]): string {
  return results.map(({ code }) => code).join(', ')
}

async function requests(log: string): Promise<number> {
  return (await readFile(log, 'utf8')).split('\n').length - 1
}

/** The places of the first two workers that are asking at the same time. */
async function twoAsking(run: string, started: readonly ReturnType<typeof startCli>[]): Promise<number[]> {
  const giveUp = performance.now() + 400_000
  for (;;) {
    const asking: number[] = []
    for (const [at, { child }] of started.entries()) if (await asks(run, child.pid!)) asking.push(at)
    if (asking.length > 1 || performance.now() > giveUp) return asking
    await sleep(20)
  }
}

/** Whether a process holds a shard whose answers are under way. */
async function asks(run: string, pid: number): Promise<boolean> {
  const folder = join(run, 'workers')
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.beat'))
  const texts = await Promise.all(
    names.map(async (name) => ({
      id: name.slice(0, -5),
      text: await readFile(join(folder, name), 'utf8').catch(() => ''),
    })),
  )
  const id = texts.find(({ text }) => text.includes(`"pid":${pid},`))?.id
  if (id === undefined) return false
  for (const log of (await readdir(join(run, 'leases'))).filter((name) => /^\d+$/u.test(name))) {
    const slots = (await readdir(join(run, 'leases', log))).filter((name) => /^\d+$/u.test(name)).toSorted()
    if (slots.length === 0) continue
    const slot = JSON.parse(await readFile(join(run, 'leases', log, slots.at(-1)!), 'utf8')) as {
      type: string
      worker: string
    }
    if (slot.worker === id && slot.type === 'claim') return true
  }
  return false
}

async function probes(run: string): Promise<number> {
  let count = 0
  for await (const { line } of readJournal(join(run, 'journal/probe/00000')))
    if (line.type === 'intent') count += 1
  return count
}

/** What the journals say: requests that were announced, keys that were answered twice within what counts, and later answers. */
async function journalled(
  run: string,
): Promise<{ announced: number; answeredTwice: string[]; late: number }> {
  let [announced, all, counted] = [await probes(run), 0, 0]
  const answered = new Set<string>()
  const answeredTwice: string[] = []
  const journal = join(run, 'journal/generate')
  for (const shard of await readdir(journal)) {
    for await (const { line } of readJournal(join(journal, shard))) {
      if (line.type !== 'answered') continue
      counted += 1
      if (answered.has(line.key)) answeredTwice.push(line.key)
      answered.add(line.key)
    }
    for (const attempt of (await readdir(join(journal, shard))).filter((name) => name.startsWith('start-'))) {
      for await (const { line } of readAttempt(join(journal, shard, attempt))) {
        if (line.type === 'intent') announced += 1
        if (line.type === 'answered') all += 1
      }
    }
  }
  return { announced, answeredTwice, late: all - counted }
}
