import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createRepo } from '@huggingface/hub'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

test('npm run hub starts it, says how to use it and plays the faults it was given', async () => {
  await using folder = await temporaryFolder()
  const { child, ended } = start([
    '--port',
    '0',
    '--folder',
    folder.path,
    '--faults',
    '[{"name":"http-503","on":"whoami"}]',
  ])
  const [message] = (await once(child, 'message')) as [{ url: string }]
  const { url } = message
  const token = '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'
  await createRepo({ repo: 'datasets/demo-org/pairs', hubUrl: url, accessToken: token })
  const headers = { authorization: `Bearer ${token}` }
  expect((await fetch(`${url}/api/whoami-v2`, { headers })).status).toBe(503)
  expect((await fetch(`${url}/api/whoami-v2`, { headers })).status).toBe(200)
  child.kill('SIGTERM')
  const { code, stdout, stderr } = await ended
  expect(code).toBe(0)
  expect(stdout).toBe(`${url}\n`)
  expect(stderr).toContain(`HF_ENDPOINT=${url}\n`)
  expect(stderr).toContain(`HF_TOKEN=${token}\n`)
  expect(stderr).toContain('npm run push -- recipes/quickstart.yaml --repo demo-org/pairs --create\n')
})

test.each([
  [['--token', 'secret'], /--token wants a text that starts with hf_/],
  [['--faults', '[{"name":"nothing"}]'], /There is no fault nothing/],
  [['--faults', '[{"name":"http-500","on":"nothing"}]'], /on/],
  [['--faults', 'no JSON'], /--faults wants a JSON list or @FILE/],
])('%j is refused in one line', async (parameters, message) => {
  await using folder = await temporaryFolder()
  const { code, stderr } = await start(['--port', '0', '--folder', folder.path, ...parameters]).ended
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
  expect(stderr.trimEnd()).not.toContain('\n')
})

function start(parameters: readonly string[]) {
  const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { scripts: { hub: string } }
  const child = spawn(process.execPath, [...manifest.scripts.hub.split(' ').slice(1), ...parameters], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = Promise.all([once(child, 'close'), text(child.stdout!), text(child.stderr!)]).then(
    ([[code], stdout, stderr]) => ({ code: code as number | null, stdout, stderr }),
  )
  return { child, ended }
}
