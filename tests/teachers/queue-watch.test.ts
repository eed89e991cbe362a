import { expect, test } from 'vitest'
import { dialects } from '../../teachers/dialects/registry.ts'
import type { Dialect } from '../../teachers/dialects/dialect.ts'
import { openQueueWatch, type QueueWatch } from '../../teachers/endpoint/queue-watch.ts'

type Watched = {
  watch: QueueWatch
  ceilings: number[]
  asked: string[]
  /** Lets a second pass and a reading come to its end. */
  look: () => Promise<void>
}

function open(dialect: Dialect, metrics: () => Response, baseUrl = 'http://server:8000/v1'): Watched {
  let time = 0
  const ceilings: number[] = []
  const asked: string[] = []
  const watch = openQueueWatch(
    { baseUrl, dialect, max: 256 },
    {
      now: () => time,
      fetch: async (url) => {
        asked.push(url as string)
        return metrics()
      },
      inFlight: () => ceilings.at(-1)!,
      setCeiling: (ceiling) => ceilings.push(ceiling),
    },
  )
  async function look(): Promise<void> {
    time += 1000
    watch.look()
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
  return { watch, ceilings, asked, look }
}

const vllm = (running: number, waiting: number) => (): Response =>
  new Response(
    `vllm:num_requests_running{engine="0"} ${running}.0\nvllm:num_requests_waiting{engine="0"} ${waiting}.0\n`,
  )

test('the gauges stand beside the API, and their queue lowers the ceiling', async () => {
  const { asked, ceilings, look } = open(dialects.vllm, vllm(16, 48))
  await look()
  expect(asked).toEqual(['http://server:8000/metrics'])
  expect(ceilings).toEqual([64, 20])
})

test.each([
  ['http://server/v1/', 'http://server/metrics'],
  ['http://server/model-a/v1', 'http://server/model-a/metrics'],
  ['http://server', 'http://server/metrics'],
])('those of %s are at %s', async (baseUrl, address) => {
  const { asked, look } = open(dialects.vllm, vllm(1, 0), baseUrl)
  await look()
  expect(asked).toEqual([address])
})

test('an empty queue raises the ceiling step by step to what the recipe allows', async () => {
  const { ceilings, look } = open(dialects.vllm, vllm(64, 0))
  for (let step = 0; step < 12; step++) await look()
  expect(ceilings.at(1)).toBe(80)
  expect(ceilings.at(-1)).toBe(256)
})

test('the gauges are read once a second at most', async () => {
  const { watch, asked, look } = open(dialects.vllm, vllm(1, 0))
  await look()
  for (let again = 0; again < 5; again++) watch.look()
  expect(asked).toHaveLength(1)
})

test('a server without gauges is asked for them once, and a dialect without any never', async () => {
  const missing = open(dialects.sglang, () => new Response('not found', { status: 404 }))
  for (let step = 0; step < 3; step++) await missing.look()
  expect(missing.asked).toHaveLength(1)
  const never = open(dialects.ollama, vllm(1, 0))
  await never.look()
  expect(never.asked).toEqual([])
})

test('a reading that fails is tried again', async () => {
  const { asked, ceilings, look } = open(dialects.vllm, () => {
    if (asked.length === 1) throw new TypeError('fetch failed')
    return vllm(16, 48)()
  })
  await look()
  await look()
  expect(asked).toHaveLength(2)
  expect(ceilings.at(-1)).toBe(20)
})
