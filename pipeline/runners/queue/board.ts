import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { HonoAdapter } from '@bull-board/hono'
import { serveStatic } from '@hono/node-server/serve-static'
import { Queue } from 'bullmq'
import type { Hono } from 'hono'
import type { Connection } from './connection.ts'
import { queueName, queuePrefix } from './task.ts'

/** The pages of a queue, which change nothing. */
export function createBoard({ redis, onError }: Connection): { pages: Hono; close(): Promise<void> } {
  const queue = new Queue(queueName, { connection: redis, prefix: queuePrefix })
  queue.on('error', onError)
  const serverAdapter = new HonoAdapter(serveStatic)
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: true })],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Twinstill' } },
  })
  return { pages: serverAdapter.registerPlugin(), close: () => queue.close() }
}
