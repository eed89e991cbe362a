import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { queueAddress } from '../../pipeline/runners/queue/address.ts'
import { openConnection } from '../../pipeline/runners/queue/connection.ts'
import { openTaskPost } from '../../pipeline/runners/queue/post-tasks.ts'
import { exists } from '../../store/files/entries.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { hasRedis, redisServer, type RedisServer } from '../support/redis-server.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const password = 'a-password-of-the-queue'

/* One Redis that is not there at first, one worker that outlives what happens to it, one run. */
describe.skipIf(!hasRedis())('a run whose shards workers take from a queue', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let redis: RedisServer
  let worker: ReturnType<typeof startCli>
  let said = ''
  let address: string

  beforeAll(async () => {
    folder = await temporaryFolder()
    redis = await redisServer(password)
    address = `redis://:${password}@127.0.0.1:${redis.port}`
    worker = startCli(['worker', '--queue', address, '--dashboard'], { cwd: folder.path })
    worker.child.stderr!.on('data', (text: string) => (said += text))
  })
  afterAll(async () => {
    worker.child.kill('SIGKILL')
    await redis[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  const toSay = async (words: string): Promise<void> => {
    while (!said.includes(words)) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  test('a worker waits for a queue that is not there, says so once and without its password', async () => {
    await toSay('trying again')
    await redis.start()
    await toSay('is there again')
    await toSay('waiting for shards')
    expect(said.match(/cannot be reached/gu)).toHaveLength(1)
    expect(said).not.toContain(password)
  })

  test('distill leaves the shards to the worker and makes the dataset; the queue learns names and numbers only', async () => {
    const recipe = await writeRecipe(
      folder.path,
      smallRecipe('simulated', { problems: { builtin: { count: 8, seed: 1 }, per_shard: 4 } }),
    )
    const end = await runCli(['distill', recipe, '--run', 'run', '--queue'], {
      cwd: folder.path,
      environment: { TWINSTILL_QUEUE: address },
    })
    expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('wrote') as unknown })
    expect(end.stderr).not.toContain(password)
    expect(said).not.toContain('could not be done')
    const heard = redis.heard()
    expect(heard).toContain(String.raw`\"shard\":1`)
    const shard = join(folder.path, 'run/dataset/data/pairs/train-00000-of-00001.parquet')
    let texts = 0
    for await (const { prompt, reasoning, ift } of readParquetRows(shard))
      for (const text of [prompt, reasoning, ift]) {
        texts += 1
        expect(heard).not.toContain(JSON.stringify(text).slice(1, 25))
      }
    expect(texts).toBeGreaterThan(0)
  })

  test('a page shows the queue to whoever has its token, and changes nothing', async () => {
    const url = new URL(/http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/u.exec(said)![0])
    const board = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(new URL(path, url), { redirect: 'manual', ...init })
    expect((await board('/api/queues')).status).toBe(401)
    expect((await board('/?token=another')).status).toBe(401)
    const cookie = (await board(url.href)).headers.get('set-cookie')!.split(';')[0]!
    const shown = await board('/api/queues', { headers: { cookie } })
    expect(await shown.json()).toMatchObject({ queues: [{ name: 'shards', readOnlyMode: true }] })
    expect((await board('/api/queues/pause', { method: 'PUT', headers: { cookie } })).status).toBe(405)
  })

  test('what a worker cannot do ends the run that wants it, and what it lacks itself does not', async () => {
    const unreachable = smallRecipe('http://127.0.0.1:1/v1', {
      name: 'unreachable',
      problems: { builtin: { count: 4, seed: 1 }, per_shard: 4 },
      generate: { probe: 'never' },
    })
    const recipe = await writeRecipe(folder.path, unreachable, 'unreachable.yaml')
    const end = await runCli(['distill', recipe, '--queue', address], { cwd: folder.path })
    expect(end).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error: endpoint teacher (') as unknown,
    })
    const { teacher } = unreachable['endpoints'] as { teacher: object }
    const keyed = await writeRecipe(
      folder.path,
      { ...unreachable, name: 'keyed', endpoints: { teacher: { ...teacher, api_key_env: 'KEY_OF_ONE' } } },
      'keyed.yaml',
    )
    const waiting = startCli(['distill', keyed, '--queue', address], {
      cwd: folder.path,
      environment: { KEY_OF_ONE: 'a-key-of-one-machine' },
    })
    await toSay('this worker leaves the run to others')
    waiting.child.kill('SIGTERM')
    expect(await waiting.ended).toMatchObject({ code: 3 })
    expect(said).toContain('KEY_OF_ONE')
    expect(redis.heard()).not.toContain('a-key-of-one-machine')
  })

  test('a worker that does not see the run folder says so, makes none and leaves the shards to others', async () => {
    const gone = join(folder.path, 'runs', 'elsewhere')
    const recipe = await writeRecipe(folder.path, smallRecipe('simulated', { name: 'elsewhere' }))
    const reporter = { note: () => undefined, warn: () => undefined }
    const connection = openConnection(queueAddress(address, {}), { reporter, random: Math.random })
    const post = openTaskPost(connection, { run: gone, ttlMs: 30_000 })
    const place = { run: gone, recipe, cwd: folder.path, chosen: ['generate'] }
    post.put([{ format: 1, ...place, stages: ['generate'], last: true, shard: 0, fingerprint: 'f' }])
    await toSay(`the run folder ${gone} is not there`)
    await post.close()
    connection.close()
    expect(await exists(gone)).toBe(false)
    expect(said).not.toContain(`${gone} has no problems yet`)
  })

  test('a signal ends the worker, with everything given back', async () => {
    worker.child.kill('SIGTERM')
    expect(await worker.ended).toMatchObject({ code: 0 })
  })

  test('a queue that refuses the password is told at once, and no other address is taken for one', async () => {
    const wrong = await runCli(['worker', '--queue', `redis://:another-password@127.0.0.1:${redis.port}`], {
      cwd: folder.path,
    })
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('refuses this process') as unknown,
    })
    expect(wrong.stderr).not.toContain('another-password')
  })
})
