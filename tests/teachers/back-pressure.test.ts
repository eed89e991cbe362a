import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BackPressure, openBackPressure } from '../../teachers/endpoint/back-pressure.ts'
import { readGauges } from '../../teachers/endpoint/queue-watch.ts'

type Answer = Parameters<BackPressure['answered']>[0]

/**
 * A server that works on so many requests at a time, each token in 20 ms, and has the others wait: how many requests were
 * there at each of the `answers` that it gave.
 */
function serve(pressure: BackPressure, slots: number, answers: number): number[] {
  const free = Array.from({ length: slots }, () => 0)
  const there: { round: number; sent: number; tokens: number; done: number }[] = []
  const counts: number[] = []
  let sentSoFar = 0
  let time = 0
  while (counts.length < answers) {
    while (there.length < pressure.ceiling()) {
      const tokens = 400 + ((sentSoFar++ * 7919) % 1201)
      const slot = free.indexOf(Math.min(...free))
      free[slot] = Math.max(time, free[slot]!) + tokens * 20
      there.push({ round: pressure.round(), sent: time, tokens, done: free[slot] })
    }
    counts.push(there.length)
    const first = there.indexOf(there.toSorted((a, b) => a.done - b.done)[0]!)
    const [{ round, sent, tokens, done }] = there.splice(first, 1) as [(typeof there)[0]]
    time = done
    pressure.answered({ round, ms: time - sent, tokens })
  }
  return counts
}

test.each([16, 40, 64, 100, 200])(
  'without gauges a server of %i slots is kept full with no more than a queue of the same length',
  (slots) => {
    const sent = serve(openBackPressure(256), slots, 6000).slice(2000)
    expect(Math.min(...sent)).toBeGreaterThanOrEqual(slots)
    expect(Math.max(...sent)).toBeLessThanOrEqual(2 * slots)
  },
)

test('a server whose tokens come to take longer is not starved', () => {
  const pressure = openBackPressure(64)
  let slowness = 1
  const slower: BackPressure = {
    ...pressure,
    answered: (answer) => pressure.answered({ ...answer, ms: answer.ms * slowness }),
  }
  serve(slower, 64, 1000)
  slowness = 3
  expect(serve(slower, 64, 6000).at(-1)).toBe(64)
})

test('a server that works on all of them at the same speed is sent as many as the recipe allows', () => {
  expect(serve(openBackPressure(256), 256, 6000).at(-1)).toBe(256)
})

test.each([8, 64, 150])('with gauges a server of %i slots is kept full with a short queue', (slots) => {
  const pressure = openBackPressure(256)
  const sent: number[] = []
  for (let step = 0; step < 60; step++) {
    const inFlight = pressure.ceiling()
    pressure.gauged({ running: Math.min(slots, inFlight), waiting: Math.max(0, inFlight - slots) }, inFlight)
    sent.push(pressure.ceiling())
  }
  expect(Math.min(...sent.slice(10))).toBeGreaterThanOrEqual(slots)
  expect(Math.max(...sent.slice(10))).toBeLessThanOrEqual(Math.ceil(1.41 * slots))
})

test('a queue that others fill leaves us a share', () => {
  const pressure = openBackPressure(256)
  for (let step = 0; step < 20; step++) pressure.gauged({ running: 40, waiting: 500 }, pressure.ceiling())
  expect(pressure.ceiling()).toBe(10)
})

test('whatever the server does, the ceiling is between one and what the recipe allows', () => {
  const answer = fc.record<Answer>({
    round: fc.nat(9),
    ms: fc.nat(1e6),
    tokens: fc.option(fc.nat(40_000)),
  })
  const gauges = fc.record({ running: fc.nat(300), waiting: fc.nat(300), inFlight: fc.nat(300) })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.array(fc.oneof(answer, gauges)), (max, events) => {
      const pressure = openBackPressure(max)
      for (const event of events) {
        if ('tokens' in event) pressure.answered(event)
        else pressure.gauged(event, event.inFlight)
        expect(pressure.ceiling()).toBeGreaterThanOrEqual(1)
        expect(pressure.ceiling()).toBeLessThanOrEqual(max)
      }
    }),
  )
})

test('gauges are summed over their labels, and other metrics are not theirs', () => {
  const text = [
    '# TYPE vllm:num_requests_running gauge',
    'vllm:num_requests_running{engine="0",model_name="a"} 12.0',
    'vllm:num_requests_running{engine="1",model_name="a"} 3',
    'vllm:num_requests_waiting{engine="0"} 1e1',
    'vllm:num_requests_waiting_by_reason{reason="capacity"} 99',
  ].join('\n')
  const names = { running: 'vllm:num_requests_running', waiting: 'vllm:num_requests_waiting' }
  expect(readGauges(text, names)).toEqual({ running: 15, waiting: 10 })
  expect(readGauges('<html>', names)).toBeUndefined()
})
