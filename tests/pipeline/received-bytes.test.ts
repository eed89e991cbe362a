import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { askJournalled } from '../../pipeline/engine/ask-journalled.ts'
import { withoutKeys } from '../../pipeline/engine/redacted-endpoint.ts'
import type { Answered } from '../../schemas/journal.ts'
import { readAttempt } from '../../store/journal/reader.ts'
import { openJournal } from '../../store/journal/writer.ts'
import { openRedactor } from '../../store/secrets/redact.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const asked = { key: 'k', problem_id: 'p', arm: 'a', sample_index: 0, endpoint: 'e', model: 'm' }
const message = '"choices":[{"index":0,"message":{"role":"assistant","content":"2"},"finish_reason":"stop"}]'
const secret = 'kj4Ls-92mXq+PwZ7/tRb'

/** What the journal holds after a server has answered one request with these bytes. */
async function journalled(
  sent: string | Buffer,
  keys: string[] = [],
): Promise<{ text: string; body: unknown }> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' }).end(sent)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const endpoint = openEndpoint('e', Endpoint.parse({ base_url: baseUrl, retries: 0 }))
  await using folder = await temporaryFolder()
  const attempt = join(folder.path, 'one')
  const journal = openJournal(attempt, billOf)
  const client = withoutKeys(endpoint, openRedactor(keys))
  const means = { now: () => 7, stop: { abandon: new AbortController().signal } }
  await askJournalled(means, journal, asked, (watched) =>
    client.ask({ model: 'm', messages: [{ role: 'user', content: '1 + 1?' }] }, watched),
  )
  await journal.close()
  await client.close()
  const lines = []
  for await (const { line } of readAttempt(attempt)) lines.push(line)
  const text = await readFile(join(attempt, '0001.jsonl'), 'utf8')
  return { text, body: (lines.find(({ type }) => type === 'answered') as Answered).body }
}

test('an answer is stored in the bytes in which it came', async () => {
  const sent = `{"id": "a\\u0062c", "created":1.0e3, "é":"\\ud800 and 😀", ${message} }`
  for (const keys of [[], [secret]]) {
    const { text, body } = await journalled(sent, keys)
    expect(text).toContain(`,"body":${sent},"sum":"`)
    expect(body).toEqual(JSON.parse(sent))
  }
})

test.each([
  ['over several lines', `{\n  ${message}\n}`],
  ['behind a byte order mark', `\uFEFF{${message}}`],
  ['in a list', `[{${message}}]`],
  ['in an envelope', `{"data":{${message}}}`],
  ['in another encoding', Buffer.from(`{"name":"é",${message}}`, 'latin1')],
])('an answer that came %s is stored as it was understood', async (_how, sent) => {
  const { text, body } = await journalled(sent)
  expect(text.trimEnd().split('\n')).toHaveLength(2)
  expect(text).toContain(`,"body":${JSON.stringify(body)},"sum":"`)
  expect(body).toMatchObject({ choices: [{ message: { content: '2' } }] })
})

const unicode = Array.from(secret, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(
  '',
)
const base64 = Buffer.from(`??>${secret}>??`).toString('base64')

test.each([
  ['as it is', secret],
  ['with escapes', secret.replaceAll('/', '\\/')],
  ['in code points', unicode],
  ['in base64', base64],
  ['in base64 with escapes', base64.replaceAll('/', '\\/').replaceAll('+', '\\u002b')],
])('a key in a member that another of its name hides is not stored: %s', async (_how, written) => {
  for (const hidden of [
    `{"echo":"Bearer ${written}","echo":"",${message}}`,
    `{"echo":{"${written}":1},"echo":2,${message}}`,
  ]) {
    const { text, body } = await journalled(hidden, [secret])
    expect(text).not.toContain(written)
    expect(text).toContain(`,"body":${JSON.stringify(body)},"sum":"`)
  }
  const { text, body } = await journalled(`{"echo":"Bearer ${written}",${message}}`, [secret])
  expect(text).toContain('[hidden]')
  expect(text).toContain(`,"body":${JSON.stringify(body)},"sum":"`)
})
