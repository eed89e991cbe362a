import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, runCommand, startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const cli = fileURLToPath(new URL('../../pipeline/cli.ts', import.meta.url))
const problems = { builtin: { count: 6, seed: 1 }, per_shard: 6 }
const hasScript = spawnSync('script', ['--version']).status === 0
let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

/** Through a shell, which can do with files and folders what `spawn` cannot. */
const shell = (line: string) =>
  runCommand('sh', ['-c', line, 'sh', process.execPath, cli], { cwd: folder.path })

describe('one line is said, and no stack is shown,', () => {
  test('where what is printed goes to a full disk', async () => {
    for (const args of ['--help', 'status none.yaml --json', 'grade --help']) {
      const { code, stderr } = await shell(`"$1" "$2" ${args} > /dev/full`)
      expect(code).not.toBe(0)
      expect(stderr.trimEnd()).toMatch(/^error: [^\n]*$/u)
    }
  })

  test('where the folder that it was started in is gone', async () => {
    for (const args of ['status r.yaml', 'distill r.yaml', 'grade a.jsonl', 'inspect a.jsonl']) {
      const line = `mkdir -p gone && cd gone && rmdir ../gone && "$1" "$2" ${args}`
      const { code, stderr } = await shell(line)
      expect(code).not.toBe(0)
      expect(stderr.trimEnd()).toMatch(/^error: [^\n]*$/u)
    }
  })

  test('where a server states the size of a piece as less than nothing', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n-5\r\nabcde\r\n',
        ),
      )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const endpoints = { teacher: { base_url: baseUrl, dialect: 'vllm', retries: 0 } }
    const recipe = await writeRecipe(
      folder.path,
      smallRecipe(baseUrl, { problems, endpoints }),
      'chunks.yaml',
    )
    const { code, stderr } = await runCli(['distill', recipe, '--run', 'chunks'], { cwd: folder.path })
    expect(code).not.toBe(0)
    const errors = stderr.split('\n').filter((line) => line.startsWith('error: '))
    expect(errors).toHaveLength(1)
    expect(stderr).not.toMatch(/^\s+at /mu)
    server.close()
  })

  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const message = `{"role":"assistant","content":"1","extra":${deep}}`
  const delta = `{"choices":[{"index":0,"delta":${message}}]}`
  const end = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
  test.each([
    ['an answer', 200, `{"choices":[{"message":${message},"finish_reason":"stop"}]}`, 'its answer is'],
    ['a member of a streamed event', 200, `data: ${delta}\n\ndata: ${end}\n\ndata: [DONE]\n\n`, 'answer is'],
    ['an event', 200, `data: ${deep}\n\ndata: [DONE]\n\n`, 'its answer is'],
    ['an event that says an error', 200, `event: error\ndata: {"error":${deep}}\n\n`, 'its answer is'],
    ['a stream that came as a list', 200, `[${delta},${end}]`, 'answer is'],
    ['an error in the place of an answer', 200, `{"error":{"message":${deep}}}`, 'answer is'],
    ['the body of an error', 500, `{"error":{"message":${deep}}}`, 'its body is'],
    ['the message of an error', 500, JSON.stringify({ message: `{"error":${deep}}` }), '[[['],
    ['the body of a refusal', 400, `{"detail":${deep}}`, 'its body is'],
  ])('where %s (%i) is nested without end', async (what, status, body, words) => {
    const server = createHttpServer((request, response) =>
      request.resume().on('end', () => {
        const type = body.startsWith('{') || body.startsWith('[') ? 'application/json' : 'text/event-stream'
        response.writeHead(status, { 'content-type': type }).end(body)
      }),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const stream = body.startsWith('data') || body.startsWith('event')
    const endpoints = {
      teacher: { base_url: baseUrl, dialect: 'vllm', retries: 0, stream, api_key_env: 'DEEP_KEY' },
    }
    const tree = smallRecipe(baseUrl, { problems, endpoints, generate: { probe: 'never' } })
    const recipe = await writeRecipe(folder.path, tree, 'deep.yaml')
    const run = `deep ${what}`.replaceAll(' ', '-')
    const { code, stderr } = await runCli(['distill', recipe, '--run', run], {
      cwd: folder.path,
      environment: { DEEP_KEY: 'sk-made-up-key-of-this-test' },
    })
    expect(code).not.toBe(0)
    expect(stderr).toContain(words.startsWith('[') ? words : `${words} nested more than 500 levels deep`)
    expect(stderr).not.toMatch(/^\s+at /mu)
    expect(stderr).not.toMatch(/Maximum call stack/u)
    server.close()
  })

  test('where the folder of the run is given another name under way, and the next start buys nothing twice', async () => {
    const log = join(folder.path, 'teacher.jsonl')
    await using teacher = await simulatedTeacher({ first_token_ms: 300, token_ms: 1 }, log)
    const recipe = await writeRecipe(
      folder.path,
      smallRecipe(teacher.baseUrl, { problems, generate: { probe: 'never' } }),
      'moved.yaml',
    )
    const { child, ended } = startCli(['distill', recipe, '--run', 'moving/run', '--json'], {
      cwd: folder.path,
    })
    await new Promise<void>((resolve) => {
      child.stdout!.on('data', (text: string) => {
        if (/"samples":[1-9]/u.test(text)) resolve()
      })
      child.once('close', () => resolve())
    })
    await mkdir(join(folder.path, 'moved'))
    await rename(join(folder.path, 'moving/run'), join(folder.path, 'moved/run'))
    const { code, stderr, stdout } = await ended
    expect(stderr + stdout).not.toMatch(/\n\s+at /u)
    expect(code).not.toBe(0)
    expect(await runCli(['distill', recipe, '--run', 'moved/run'], { cwd: folder.path })).toMatchObject({
      code: 0,
    })
    // Six problems, two arms, two samples.
    expect((await readFile(log, 'utf8')).trimEnd().split('\n')).toHaveLength(24)
  })
})

describe.skipIf(!hasScript)(
  'a terminal that understands no escape sequences, or a log, is sent none:',
  () => {
    test.each([
      ['dumb', { TERM: 'dumb', CI: '' }],
      ['CI', { TERM: 'xterm-256color', CI: 'true' }],
    ])('%s', async (_name, environment) => {
      await using teacher = await simulatedTeacher({}, join(folder.path, 'terminal.jsonl'))
      const recipe = await writeRecipe(
        folder.path,
        smallRecipe(teacher.baseUrl, { problems }),
        'terminal.yaml',
      )
      const run = `run-${_name}`
      const said = await runCommand(
        'script',
        ['-qec', `'${process.execPath}' '${cli}' distill '${recipe}' --run ${run}`, '/dev/null'],
        { cwd: folder.path, environment: { ...environment, NO_COLOR: '' } },
      )
      expect(said).toMatchObject({ code: 0 })
      expect(said.stdout).toContain('paired')
      expect(said.stdout).not.toContain('\u001B')
      const help = await runCommand(
        'script',
        ['-qec', `'${process.execPath}' '${cli}' --help`, '/dev/null'],
        {
          cwd: folder.path,
          environment: { ...environment, NO_COLOR: '' },
        },
      )
      expect(help.stdout).not.toContain('\u001B')
    })
  },
)
