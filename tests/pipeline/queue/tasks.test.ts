import { expect, test } from 'vitest'
import { queueAddress } from '../../../pipeline/runners/queue/address.ts'
import { openConnection } from '../../../pipeline/runners/queue/connection.ts'
import { openTaskPost } from '../../../pipeline/runners/queue/post-tasks.ts'
import { openTaskSource } from '../../../pipeline/runners/queue/take-tasks.ts'
import { queueName, queuePrefix, type ShardTask } from '../../../pipeline/runners/queue/task.ts'
import { hasRedis, redisServer } from '../../support/redis-server.ts'

const ttlMs = 30_000
const task: ShardTask = {
  format: 1,
  run: '/runs/one',
  recipe: '/one.yaml',
  cwd: '/',
  chosen: ['generate'],
  stages: ['generate'],
  last: true,
  shard: 0,
  fingerprint: 'f',
}

test.skipIf(!hasRedis())(
  'a task that fails after its run was killed, while the next start prepares, is done by that start',
  async () => {
    await using server = await redisServer()
    await server.start()
    const address = queueAddress(`redis://127.0.0.1:${server.port}`, {})
    const reporter = { note: () => undefined, warn: () => undefined }
    const open = () => openConnection(address, { reporter, random: Math.random })
    const connections = [open(), open(), open()] as const
    const [{ redis }] = connections
    const toHave = async (set: string, count: number): Promise<void> => {
      while ((await redis.zcard(`${queuePrefix}:${queueName}:${set}`)) !== count)
        await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const source = openTaskSource(connections[0], ttlMs)
    const killed = openTaskPost(connections[1], { run: task.run, ttlMs })
    killed.put([task])
    const taken = await source.take(AbortSignal.timeout(10_000))
    await killed.close()
    await toHave('delayed', 0)
    const post = openTaskPost(connections[2], { run: task.run, ttlMs })
    await toHave('delayed', 1)
    taken!.failed('abcd')
    await toHave('failed', 1)
    post.listen(() => undefined)
    post.put([task])
    const again = await source.take(AbortSignal.timeout(10_000))
    expect(again?.task).toEqual(task)
    again!.done({ state: 'done' })
    await post.close()
    await source.close()
    for (const connection of connections) connection.close()
  },
)

test('a password with a % that is no escape is told without it', () => {
  expect(() => queueAddress('redis://:50%off@127.0.0.1:6379', {})).toThrow(/write %25 for a %/u)
  expect(() => queueAddress('redis://:50%off@127.0.0.1:6379', {})).not.toThrow(/50%off/u)
  expect(queueAddress('redis://:50%25off@127.0.0.1:6379', {}).password).toBe('50%off')
})
