import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { runVirtually, spread, type VirtualRun, vllmMetrics } from './virtual-server.ts'

const metrics: VirtualRun['page'] = (url, counts) =>
  url === 'http://server/metrics' ? vllmMetrics(counts) : undefined
const loads: VirtualRun['page'] = (url, { running, waiting }) =>
  url === '/v1/loads?include=core'
    ? JSON.stringify({ loads: [{ num_running_reqs: running, num_waiting_reqs: waiting }] })
    : undefined

const slotsOfEight: VirtualRun['page'] = (url) => (url.endsWith('/props') ? '{"total_slots": 8}' : undefined)
/** What one of four servers behind an address says. */
const quarter: VirtualRun['page'] = (_, { running, waiting }) =>
  vllmMetrics({ running: Math.ceil(running / 4), waiting: Math.ceil(waiting / 4) })
const loadHeader: VirtualRun['headers'] = ({ waiting }) => ({
  'endpoint-load-metrics': `TEXT named_metrics.num_requests_waiting=${waiting}.0`,
})

/** Every way in which a queue can be seen. */
const ways: Record<string, Partial<VirtualRun>> = {
  'gauges of vLLM': { page: metrics },
  'loads of SGLang': { dialect: 'sglang', page: loads },
  'starts of streams': { streams: true },
  pings: { dialect: 'ollama', pings: true },
}

test.each(Object.keys(ways))('%s: a server without a queue gets everything', async (way) => {
  const { spanMs, idealMs, ceiling } = await runVirtually({
    slots: Infinity,
    answers: 8000,
    max: 256,
    serviceMs: spread(0.5),
    ...ways[way],
  })
  expect(ceiling).toBe(256)
  expect(spanMs / idealMs).toBeLessThan(1.05)
})

test.each(Object.keys(ways).flatMap((way) => [1, 8, 64, 200].map((slots) => [way, slots] as const)))(
  '%s: %i slots are kept busy with a queue of half as many at most',
  async (way, slots) => {
    const result = await runVirtually({
      slots,
      answers: 60 * slots + 300,
      max: 1024,
      serviceMs: spread(0.3),
      ...ways[way],
    })
    expect(result.spanMs / result.idealMs).toBeLessThan(1.1)
    expect(result.waiting).toBeLessThanOrEqual(Math.max(2, slots / 2))
  },
)

const changingSlots = (now: number): number => (now < 60_000 ? 64 : now < 180_000 ? 16 : 128)

test('slots that become fewer and more are followed', async () => {
  for (const way of [ways['gauges of vLLM'], ways['starts of streams']]) {
    const result = await runVirtually({
      slots: changingSlots,
      answers: 8000,
      max: 512,
      serviceMs: spread(0.3),
      ...way,
    })
    expect(result.spanMs / result.idealMs).toBeLessThan(1.1)
    expect(result.ceiling).toBeGreaterThan(128)
    expect(result.ceiling).toBeLessThan(192)
  }
})

test('without a gauge and a start nothing is held back', async () => {
  for (const slots of [8, Infinity]) {
    const run = { slots, answers: 1000, max: 200, serviceMs: spread(0.5) }
    const { spanMs, idealMs, seenBy } = await runVirtually({ ...run, dialect: 'ollama' })
    expect(spanMs).toBe(idealMs)
    expect(seenBy).toBeUndefined()
  }
})

test.each(['never', 'with the end'] as const)(
  'where the starts of streams show %s, nothing is held back for long',
  async (starts) => {
    const run = { answers: 4000, max: 256, serviceMs: spread(0.5), streams: true, starts }
    const result = await runVirtually({ ...run, slots: Infinity })
    expect(result).toMatchObject({ ceiling: 256, seenBy: undefined })
    expect(result.spanMs / result.idealMs).toBeLessThan(1.2)
  },
)

test('the load header of vLLM is asked for where its gauges are hidden, and holds nothing back before it comes', async () => {
  const run = { answers: 4000, max: 512, serviceMs: spread(0.3) }
  const queue = await runVirtually({ ...run, slots: 64, headers: loadHeader })
  expect(Math.abs(queue.ceiling - 80)).toBeLessThan(5)
  expect(queue.spanMs / queue.idealMs).toBeLessThan(1.02)
  const free = await runVirtually({ ...run, slots: Infinity, headers: loadHeader })
  expect(free.spanMs).toBe(free.idealMs)
  const empty = await runVirtually({
    ...run,
    slots: 64,
    headers: () => ({ 'endpoint-load-metrics': 'TEXT ' }),
  })
  expect(empty).toMatchObject({ ceiling: 512, seenBy: undefined })
})

test('the slots that llama.cpp states are believed until its answers show that there are others', async () => {
  const run = { dialect: 'llamacpp', max: 256, serviceMs: spread(0.3), timings: true } as const
  const stated = await runVirtually({ ...run, slots: 8, answers: 800, page: slotsOfEight })
  expect(stated.peak).toBeLessThanOrEqual(5)
  expect(stated.waiting).toBeLessThanOrEqual(4)
  const more = await runVirtually({ ...run, slots: 32, answers: 3000, page: slotsOfEight })
  expect(more.ceiling).toBeGreaterThanOrEqual(36)
})

test('pages are asked for once where they are not served, and gauges that fail or show nothing are given up', async () => {
  const run = { slots: 16, answers: 2000, max: 64, serviceMs: spread(0.3) }
  const none = await runVirtually({ ...run, dialect: 'sglang' })
  expect(none.asked).toEqual(['http://server/metrics', '/v1/loads?include=core'])
  let asked = 0
  const once: VirtualRun['page'] = (url, counts) => (asked++ === 0 ? metrics(url, counts) : undefined)
  expect(await runVirtually({ ...run, page: once })).toMatchObject({ ceiling: 64, seenBy: undefined })
  const zeros = await runVirtually({ ...run, page: () => vllmMetrics({ running: 0, waiting: 0 }) })
  expect(zeros).toMatchObject({ ceiling: 64, seenBy: undefined })
})

test('a page that shows one of several servers holds nothing back', async () => {
  const run = { answers: 8000, max: 256, serviceMs: spread(0.3), page: quarter }
  const free = await runVirtually({ ...run, slots: Infinity })
  expect(free.ceiling).toBe(256)
  const queue = await runVirtually({ ...run, slots: 64 })
  expect(queue.spanMs / queue.idealMs).toBeLessThan(1.1)
})

test('whatever the server, it is not slowed where it has no queue, and its queue is short where it has one', async () => {
  const way = fc.constantFrom(...Object.keys(ways))
  const slots = fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 100 }))
  // Answers of one length come and go in step, so that a whole turn of them waits unseen: no server is like that.
  await fc.assert(
    fc.asyncProperty(
      way,
      slots,
      fc.double({ min: 0.1, max: 0.8, noNaN: true }),
      async (name, places, sigma) => {
        const max = 128
        const answers = 40 * Math.min(places, max) + 500
        const result = await runVirtually({
          slots: places,
          answers,
          max,
          serviceMs: spread(sigma),
          ...ways[name],
        })
        expect(result.spanMs / result.idealMs).toBeLessThan(1.1)
        if (places < max) expect(result.waiting).toBeLessThanOrEqual(Math.max(3.1, places / 2))
        else expect(result.ceiling).toBe(max)
      },
    ),
    { numRuns: 15 },
  )
})
