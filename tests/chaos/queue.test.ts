import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { Ledger } from '../../schemas/ledger.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { hasRedis, redisServer } from '../support/redis-server.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { asks, journalled, probes, requests } from '../support/watched-run.ts'

/* As for all workers: whoever starts this suite must outlive it, because of the frozen process. */

test.skipIf(!hasRedis())(
  'of four workers of a queue two are killed and one is frozen until it was taken for dead, and the queue is restarted empty: the dataset is that of one process, and nothing answered is bought twice',
  async () => {
    await using folder = await temporaryFolder()
    await using redis = await redisServer()
    const log = join(folder.path, 'teacher.jsonl')
    await using teacher = await simulatedTeacher(
      { first_token_ms: 150, token_ms: 0.02, concurrency: 16 },
      log,
    )
    const recipe = await writeRecipe(
      folder.path,
      smallRecipe(teacher.baseUrl, {
        problems: { builtin: { count: 64, seed: 1 }, per_shard: 8 },
        // So few that one worker has not done everything before the last one has begun.
        endpoints: { teacher: { base_url: teacher.baseUrl, dialect: 'vllm', max_in_flight: 4 } },
        generate: { shards_open: 2 },
      }),
    )
    const [alone, shared] = [join(folder.path, 'alone'), join(folder.path, 'shared')]
    expect(await runCli(['distill', recipe, '--run', alone], { cwd: folder.path })).toMatchObject({ code: 0 })
    const samples = (await requests(log)) - (await probes(alone))
    const begun = await requests(log)

    await redis.start()
    const queue = ['--queue', `redis://127.0.0.1:${redis.port}`]
    const start = (...args: string[]): ReturnType<typeof startCli> =>
      startCli([...args, ...queue], { cwd: folder.path, environment: { TWINSTILL_LEASE_SECONDS: '3' } })
    const workers = Array.from({ length: 4 }, () => start('worker'))
    const distill = start('distill', recipe, '--run', shared)
    const [first, second, frozen] = await asking(shared, workers, 3)
    expect(frozen).toBeDefined()
    const frozenId = await idOf(shared, frozen!.child.pid!)
    frozen!.child.kill('SIGSTOP')
    for (const each of [first, second]) each!.child.kill('SIGKILL')
    await redis.kill()
    await redis.start()
    await until(async () => (await namesIn(join(shared, 'workers'))).includes(`${frozenId}.buried`))
    frozen!.child.kill('SIGCONT')
    const end = await distill.ended

    expect({ code: end.code, last: end.stderr.slice(-600) }).toMatchObject({ code: 0 })
    const rest = workers.filter((each) => each !== first && each !== second)
    for (const { child } of rest) child.kill('SIGTERM')
    for (const { ended } of rest) expect(await ended).toMatchObject({ code: 0 })
    expect(await folderDigest(join(shared, 'dataset'))).toEqual(await folderDigest(join(alone, 'dataset')))
    const { announced, answeredTwice, late } = await journalled(shared)
    expect(answeredTwice).toEqual([])
    const asked = (await requests(log)) - begun
    expect(asked).toBeLessThanOrEqual(announced)
    const ledger = Ledger.parse(JSON.parse(await readFile(join(shared, 'ledger.json'), 'utf8')))
    expect(ledgerFaults(ledger)).toEqual([])
    console.log(
      `${asked} requests for ${samples} samples and ${await probes(shared)} probes, of which ${asked - samples - (await probes(shared))} were asked again after a kill or a freeze; ${late} answers came too late`,
    )
  },
)

type Started = ReturnType<typeof startCli>

/** The first workers that are asking at the same time. */
async function asking(run: string, started: readonly Started[], wanted: number): Promise<Started[]> {
  let found: Started[] = []
  await until(async () => {
    found = []
    for (const each of started) if (await asks(run, each.child.pid!)) found.push(each)
    return found.length >= wanted
  })
  return found
}

/** The name of a process among the workers of a run. */
async function idOf(run: string, pid: number): Promise<string | undefined> {
  for (const name of await namesIn(join(run, 'workers'))) {
    const text = await readFile(join(run, 'workers', name), 'utf8')
    if (name.endsWith('.beat') && text.includes(`"pid":${pid},`)) return name.slice(0, -'.beat'.length)
  }
  return undefined
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + 300_000
  while (!(await isSo()) && performance.now() < giveUp) await sleep(20)
}
