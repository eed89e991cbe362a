import { expect, test } from 'vitest'
import { Endpoint } from '../../teachers/endpoint-options.ts'

test('an address is enough', () => {
  expect(Endpoint.parse({ base_url: 'http://127.0.0.1:8000/v1' })).toEqual({
    base_url: 'http://127.0.0.1:8000/v1',
    dialect: 'openai',
    back_pressure: true,
    stream: 'auto',
    deadline_seconds: 3600,
    retries: 6,
  })
})

test('a simulated teacher needs no address', () => {
  expect(Endpoint.parse({ simulator: { latency_ms: 0 } }).simulator).toEqual({ latency_ms: 0 })
})

test.each([
  ['neither address nor simulator', {}, 'an endpoint needs a base_url or a simulator'],
  ['another protocol', { base_url: 'ftp://example.org' }, 'must be a http or https URL'],
  [
    'a password in the address',
    { base_url: 'https://user:secret@example.org/v1' },
    'must hold no user name, password or query',
  ],
  ['an empty list of addresses', { base_url: [] }, '>=1'],
  ['the same server twice', { base_url: ['http://a/v1', 'http://a/v1'] }, 'must name each server once'],
  [
    'a password in a list of addresses',
    { base_url: ['http://a/v1', 'https://user:secret@example.org/v1'] },
    'must hold no user name, password or query',
  ],
  [
    'a key for the name of one',
    { base_url: 'http://localhost', api_key_env: 'sk-secret' },
    'must be the NAME',
  ],
  ['an unknown dialect', { base_url: 'http://localhost', dialect: 'tgi' }, 'vllm'],
  ['a misspelt key', { base_url: 'http://localhost', max_inflight: 4 }, 'max_inflight'],
  ['no slot at all', { base_url: 'http://localhost', max_in_flight: 0 }, '>0'],
  ['a price without its date', { base_url: 'http://localhost', price: { input: 1, output: 2 } }, 'date'],
])('%s is refused', (_name, fields, says) => {
  const result = Endpoint.safeParse(fields)
  expect(result.success).toBe(false)
  expect(result.error?.message).toContain(says)
  expect(result.error?.message).not.toMatch(/secret/u)
})
