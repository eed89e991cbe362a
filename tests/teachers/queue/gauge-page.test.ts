import { expect, test } from 'vitest'
import { besideApi, readGauges } from '../../../teachers/queue/gauge-page.ts'
import { readWaiting } from '../../../teachers/queue/header-source.ts'

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

test('loads in JSON are summed over the engines, and one that lacks a number is none', () => {
  const names = { running: 'num_running_reqs', waiting: 'num_waiting_reqs' }
  const loads = [
    { dp_rank: 0, num_running_reqs: 5, num_waiting_reqs: 2 },
    { dp_rank: 1, num_running_reqs: 7, num_waiting_reqs: 0 },
  ]
  expect(readGauges(JSON.stringify({ timestamp: 'now', loads }), names)).toEqual({ running: 12, waiting: 2 })
  expect(readGauges(JSON.stringify({ loads: [{ num_running_reqs: 5 }] }), names)).toBeUndefined()
  expect(readGauges('{"detail": "Not Found"}', names)).toBeUndefined()
})

test.each([
  ['http://server:8000/v1', 'http://server:8000/metrics'],
  ['http://server/v1/', 'http://server/metrics'],
  ['http://server/model-a/v1', 'http://server/model-a/metrics'],
  ['http://server', 'http://server/metrics'],
])('pages beside the API of %s are at %s', (baseUrl, address) => {
  expect(besideApi(baseUrl, '/metrics')).toBe(address)
})

test.each([
  ['TEXT named_metrics.kv_cache_usage_perc=0.4, named_metrics.num_requests_waiting=3.0', 3],
  ['TEXT named_metrics.num_requests_waiting=3.0, named_metrics.num_requests_waiting=4.0', 7],
  ['TEXT ', undefined],
  ['', undefined],
])('the load header %j says that %s wait', (header, waiting) => {
  expect(readWaiting(header)).toBe(waiting)
})
