import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, startCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { asks, journalled, probes, requests } from '../support/watched-run.ts'

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
