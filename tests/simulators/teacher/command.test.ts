import { type ChildProcess, execFile, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { faults } from '../../../simulators/teacher/faults/registry.ts'
import type { RequestRecord } from '../../../simulators/teacher/server/request-log.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { question } from './ask.ts'

const MAIN = fileURLToPath(new URL('../../../simulators/teacher/main.ts', import.meta.url))

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line
  throw new Error('the command said nothing')
}

async function ask(baseUrl: string, content: string): Promise<number> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'deepseek-r1', messages: [{ role: 'user', content }] }),
  })
  await response.text()
  return response.status
}

describe('the command', () => {
  test('lists every fault', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--help'])
    for (const { name } of faults) expect(stdout).toMatch(new RegExp(`[ ,]${name}(,|\\n)`))
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'prints its address, logs every request and leaves on %s',
    async (signal) => {
      await using folder = await temporaryFolder()
      const log = join(folder.path, 'requests.jsonl')
      const options = JSON.stringify({ spoil_scale: 0, first_attempts: ['http_500'] })
      const child = spawn(process.execPath, [
        MAIN,
        '--port',
        '0',
        '--seed',
        '5',
        '--log',
        log,
        '--options',
        options,
      ])
      const exit = once(child, 'exit')
      const baseUrl = await firstLine(child)
      expect(baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/)
      expect(await ask(baseUrl, question(0))).toBe(500)
      expect(await ask(baseUrl, question(0))).toBe(200)
      const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
      const records = lines.map((line) => JSON.parse(line) as RequestRecord)
      expect(records).toMatchObject([
        { attempt: 1, status: 500, fault: 'http_500', completion_tokens: 0 },
        { attempt: 2, status: 200, fault: null, answer_is_correct: true, finish_reason: 'stop' },
      ])
      child.kill(signal)
      expect(await exit).toEqual([0, null])
    },
  )

  test('tells its parent the address and leaves with it', async () => {
    const child = fork(MAIN, ['--port', '0', '--dialect', 'inline'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const exit = once(child, 'exit')
    const [message] = (await once(child, 'message')) as [{ url: string }]
    expect(await ask(message.url, question(1))).toBe(200)
    child.disconnect()
    expect(await exit).toEqual([0, null])
  })

  test.each([
    ['--options', '{"seeed": 1}', 'seeed'],
    ['--options', '{', 'JSON'],
    ['--dialect', 'klingon', 'dialect'],
  ])('%s %s is bad usage', async (flag, value, word) => {
    const child = spawn(process.execPath, [MAIN, '--port', '0', flag, value])
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number]
    expect(code).toBe(2)
    expect(errors.trimEnd().split('\n')).toHaveLength(1)
    expect(errors).toContain(word)
  })
})
