import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { HubError } from '../../hub/client/error.ts'
import { openHubReader } from '../../hub/read/reader.ts'
import { openHubRepository } from '../../hub/write/repository.ts'
import { recordingServers } from './recording-servers.ts'

const answers: Record<string, (response: ServerResponse) => void> = {
  'a Hub that fails': (response) => response.writeHead(503).end(),
  'a rate limit': (response) => response.writeHead(429, { 'retry-after': '7' }).end(),
  'a rate limit of a day': (response) => response.writeHead(429, { 'retry-after': '86400' }).end(),
  'a rate limit without a time, on a web page': (response) =>
    response.writeHead(429, { 'content-type': 'text/html' }).end('<html>slow down'),
  'a connection that breaks': (response) => response.destroy(),
  'a refusal': (response) => response.writeHead(404, { 'x-error-code': 'RepoNotFound' }).end(),
}

const expected: Record<string, number[]> = {
  'a Hub that fails': [500, 1000, 2000, 4000, 8000, 16_000],
  'a rate limit': [7000, 7000, 7000, 7000, 8000, 16_000],
  'a rate limit of a day': Array.from({ length: 6 }, () => 330_000),
  'a rate limit without a time, on a web page': [500, 1000, 2000, 4000, 8000, 16_000],
  'a connection that breaks': [500, 1000],
  'a refusal': [],
}

test.each(Object.keys(answers))(
  '%s is waited for in the same way by readers and publishers',
  async (name) => {
    const { origins, seen } = await recordingServers(1, (_request, response) => answers[name]!(response))
    const [endpoint = ''] = origins
    const token = 'hf_MadeUpToken'
    const waits: Record<string, number[]> = { reader: [], publisher: [] }
    const reader = openHubReader({
      environment: { HF_ENDPOINT: endpoint, HF_TOKEN: token },
      note: () => undefined,
      random: () => 1,
      wait: async (ms) => waits['reader']?.push(ms),
    })
    const repository = openHubRepository({
      endpoint,
      token,
      repo: 'org/set',
      xet: false,
      stop: new AbortController().signal,
      now: Date.now,
      random: () => 1,
      wait: async (ms) => void waits['publisher']?.push(ms),
    })
    onTestFinished(async () => void (await Promise.all([reader.close(), repository.close()])))

    await expect(
      reader.get(`${endpoint}/api/datasets/org/set`, (response) => response.text()),
    ).rejects.toBeInstanceOf(HubError)
    await expect(repository.info('main')).rejects.toBeInstanceOf(HubError)

    expect(waits).toEqual({ reader: expected[name], publisher: expected[name] })
    expect(seen).toHaveLength(2 * (expected[name]!.length + 1))
  },
)
