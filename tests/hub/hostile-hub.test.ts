import { gzipSync } from 'node:zlib'
import Table from 'cli-table3'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { printable } from '../../pipeline/reporter/printable.ts'
import { openHubDataset } from '../../problems/hub/dataset.ts'
import { TwinstillError } from '../../schemas/errors.ts'
import { explainHubError } from '../../hub/client/explain.ts'
import { scratchFolder } from '../problems/hub/opened.ts'
import { datasetIn, pushFolder, writeSmallDataset } from '../support/push-dataset.ts'
import {
  type CallName,
  drip,
  endless,
  honest,
  json,
  type Lie,
  listed,
  lyingHub,
  type LyingHub,
} from './lying-hub.ts'

const token = 'hf_PlantedTokenOfThisTest12345'
const mega = 1_000_000
const rows = Array.from({ length: 5 }, (_, index) => `{"problem":"q${index}","answer":"${index}"}\n`).join('')
const table: string[][] = []

type Case = [
  name: string,
  lies: Partial<Record<CallName, Lie>>,
  more?: {
    files?: Record<string, string | Buffer>
    says?: RegExp
    ends?: 'well'
    /** Milliseconds of silence that a reader bears, where 300 are too few for a busy machine to do the work. */
    silence?: number
  },
]

const card = (head: string): Record<string, string> => ({
  'README.md': `---\n${head}\n---\n`,
  'train.jsonl': rows,
})
const pattern = (path: string): Record<string, string> =>
  card(`configs:\n- config_name: a\n  data_files: ${JSON.stringify(path)}`)
const pages =
  (
    next: (count: number, hub: LyingHub) => string,
    entries: (count: number, hub: LyingHub) => object[],
  ): Lie =>
  (call) =>
    json(call, entries(call.count, call.hub), 200, { link: `<${next(call.count, call.hub)}>; rel="next"` })
const entry = (path: string, size = 10): object => ({ type: 'file', path, size, oid: 'a'.repeat(40) })
const bomb = gzipSync(Buffer.alloc(100 * mega, 32), { level: 9 })
const echo: Lie = ({ request, response }) =>
  response
    .writeHead(400, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: `bad: ${request.headers.authorization}` }))
const redirect =
  (location: string, status = 307): Lie =>
  ({ response }) =>
    response.writeHead(status, { location }).end()

const reading: Case[] = [
  [
    'a tree whose next page is itself',
    {
      tree: pages(
        (_, hub) => `${hub.url}/api/datasets/org/set/tree/${hub.commit}?recursive=true&expand=false`,
        (_, hub) => listed(hub),
      ),
    },
    { says: /names a page again/ },
  ],
  [
    'two pages that name each other',
    {
      tree: pages(
        (n, hub) => `${hub.url}/api/datasets/org/set/tree/x?p=${n % 2}`,
        (_, hub) => listed(hub),
      ),
    },
    { says: /again/ },
  ],
  [
    'pages for ever, nothing on them',
    {
      tree: pages(
        (n, hub) => `${hub.url}/api/datasets/org/set/tree/x?p=${n}`,
        () => [],
      ),
    },
    { says: /does not end/ },
  ],
  [
    'pages for ever, the same files on them',
    {
      tree: pages(
        (n, hub) => `${hub.url}/api/datasets/org/set/tree/x?p=${n}`,
        (_, hub) => listed(hub),
      ),
    },
    { says: /does not end/ },
  ],
  [
    'a million files and more to come',
    {
      tree: pages(
        (n, hub) => `${hub.url}/api/datasets/org/set/tree/x?p=${n}`,
        (n) => Array.from({ length: 100_000 }, (_, i) => entry(`f${n}-${i}.txt`)),
      ),
    },
    { says: /does not end \(600000 files/ },
  ],
  [
    'refusals that ask to wait, and pages, by turns for ever',
    {
      tree: (call) =>
        call.count % 2 === 1
          ? call.response.writeHead(429, { 'retry-after': '300' }).end()
          : json(call, [entry(`f${call.count}.txt`)], 200, {
              link: `<${call.hub.url}/api/datasets/org/set/tree/x?p=${call.count}>; rel="next"`,
            }),
    },
    { says: /more than 60 minutes in all/ },
  ],
  [
    'a next page that is no address',
    {
      tree: pages(
        () => 'http://[',
        (_, hub) => listed(hub),
      ),
    },
    { says: /no address/ },
  ],
  [
    'a next page in a file',
    {
      tree: pages(
        () => 'file:///etc/passwd',
        (_, hub) => listed(hub),
      ),
    },
    { says: /another server/ },
  ],
  [
    'a next page on another server',
    {
      tree: pages(
        () => 'http://127.0.0.1:9/tree',
        (_, hub) => listed(hub),
      ),
    },
    { says: /another server/ },
  ],
  [
    'a next page of ten thousand brackets',
    {
      tree: pages(
        () => '<'.repeat(10_000),
        (_, hub) => listed(hub),
      ),
    },
    { says: /again/ },
  ],
  [
    'a tree of one page without an end',
    { tree: ({ response }) => endless(response, `[${' '.repeat(65_536)}`) },
    { says: /longer than 32 MB/ },
  ],
  [
    'a tree that comes as a gzip bomb',
    {
      tree: ({ response }) =>
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
    },
    { says: /longer than 32 MB/, silence: 5000 },
  ],
  ['a tree that drips', { tree: ({ response }) => drip(response) }, { says: /TOO_SLOW|no whole answer/ }],
  ['a tree that says nothing', { tree: () => undefined }, { says: /cannot be reached/ }],
  ['a tree that is an object', { tree: (call) => json(call, { a: 1 }) }, { says: /not in the form/ }],
  [
    'a tree nested a hundred thousand times',
    {
      tree: ({ response }) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('['.repeat(100_000) + ']'.repeat(100_000)),
    },
    { says: /not in the form/ },
  ],
  [
    'a path that leads out',
    { tree: (call) => json(call, [entry('../../etc/passwd.jsonl')]) },
    { says: /no path/ },
  ],
  [
    'a path of half a character',
    { tree: (call) => json(call, [entry('a\ud800.jsonl')]) },
    { says: /no path/ },
  ],
  ['a path of a megabyte', { tree: (call) => json(call, [entry('a'.repeat(mega))]) }, { says: /no path/ }],
  ['a path that steers a terminal', { tree: (call) => json(call, [entry('\u001b[2J\u202e.jsonl')]) }, {}],
  [
    'a file of minus ten bytes',
    { tree: (call) => json(call, [entry('train.jsonl', -10)]) },
    { says: /not in the form/ },
  ],
  [
    'a file of a petabyte',
    { tree: (call) => json(call, [entry('train.jsonl', 1e15)]) },
    { says: /room for/ },
  ],
  [
    'a Parquet file of nine petabytes',
    {
      tree: (call) => json(call, [entry('train.parquet', 9e15)]),
      resolve: ({ response, request }) =>
        response
          .writeHead(206, {
            'content-range': `${(request.headers.range ?? '').replace('=', ' ')}/9000000000000000`,
          })
          .end(Buffer.alloc(524_288, 255)),
    },
    {},
  ],
  [
    'a file that is longer than listed',
    { resolve: ({ response }) => endless(response, rows.repeat(100)) },
    { says: /more than the .* bytes/ },
  ],
  [
    'a file that breaks after every byte',
    {
      tree: (call) => json(call, [entry('train.jsonl', 5 * mega)]),
      resolve: ({ response, request }) => {
        const start = Number(/\d+/u.exec(request.headers.range ?? '0')?.[0])
        response.writeHead(start > 0 ? 206 : 200, {
          'content-length': 5 * mega - start,
          ...(start > 0 && { 'content-range': `bytes ${start}-${5 * mega - 1}/${5 * mega}` }),
        })
        response.write(' ')
        setTimeout(() => response.destroy(), 5)
      },
    },
    { says: /cannot be reached|ended early/ },
  ],
  [
    'a file that drips',
    {
      tree: (call) => json(call, [entry('train.jsonl', 5 * mega)]),
      resolve: ({ response }) => drip(response),
    },
    { says: /cannot be reached|ended early/ },
  ],
  [
    'a file with other bytes than listed',
    { resolve: ({ response, hub }) => response.end(Buffer.alloc(hub.files.get('train.jsonl')!.length, 32)) },
    { says: /another content/ },
  ],
  [
    'a digest that is a path',
    { tree: (call) => json(call, [{ ...entry('train.jsonl'), oid: '../../x' }]) },
    { says: /digests/ },
  ],
  [
    'a card without an end',
    { resolve: ({ response }) => endless(response, '# card\n'.repeat(1000)) },
    { files: card('license: mit'), says: /README.md is longer/ },
  ],
  ['a card that is nested', {}, { files: card(`configs: ${'['.repeat(50_000)}`), ends: 'well' }],
  [
    'a card whose anchors multiply',
    {},
    {
      files: card(
        `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghijk'
          .split('')
          .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghijk'[i]}`).join(',')}]`)
          .join('\n')}`,
      ),
      ends: 'well',
    },
  ],
  ['a card that contains itself', {}, { files: card('configs: &a [*a]'), ends: 'well' }],
  [
    'a pattern of a hundred stars',
    {},
    { files: { ...pattern(`${'*a'.repeat(100)}*b`), [`${'a'.repeat(200)}.jsonl`]: rows } },
  ],
  [
    'a pattern of stars and folders',
    {},
    { files: { ...pattern(`${'**/a*/'.repeat(60)}b`), [`${'aa/'.repeat(100)}c.jsonl`]: rows } },
  ],
  ['a pattern of a megabyte', {}, { files: pattern('*'.repeat(mega)), says: /patterns/ }],
  ['a pattern of braces', {}, { files: pattern('{a,b}'.repeat(200)) }],
  ['a pattern with an open bracket', {}, { files: pattern('['.repeat(1000)) }],
  [
    'ten thousand patterns for two thousand files',
    {
      tree: (call) =>
        json(call, [...listed(call.hub), ...Array.from({ length: 2000 }, (_, i) => entry(`f${i}.jsonl`))]),
    },
    {
      files: card(
        `configs:\n- config_name: a\n  data_files: [${Array.from({ length: 10_000 }, (_, i) => `"*${i}*x"`).join(',')}]`,
      ),
      says: /patterns/,
    },
  ],
  ['a redirect to itself', { info: redirect('') }, { says: /redirects/ }],
  ['a redirect to a file', { info: redirect('file:///etc/passwd') }, { says: /no address/ }],
  ['the token echoed', { info: echo }, { says: /hidden/ }],
  [
    'the token echoed in the range',
    {
      tree: (call) => json(call, [entry('train.parquet', mega)]),
      resolve: ({ response, request }) =>
        response.writeHead(206, { 'content-range': `${request.headers.authorization}` }).end('x'),
    },
    {},
  ],
  [
    'the token echoed as an error code',
    {
      info: ({ response, request }) =>
        response.writeHead(500, { 'x-error-code': request.headers.authorization! }).end(),
    },
    {},
  ],
  [
    'the token echoed as the name',
    { info: (call) => json(call, { id: call.request.headers.authorization, sha: call.hub.commit }) },
    {},
  ],
  [
    'the token echoed in the card',
    {
      resolve: (call) =>
        call.url.pathname.endsWith('README.md')
          ? call.response.end(`---\nconfigs: [${call.request.headers.authorization}\n---\n`)
          : honest(call),
    },
    { files: { 'README.md': `---\nconfigs: [Bearer ${token}\n---\n`, 'train.jsonl': rows }, ends: 'well' },
  ],
  [
    'headers without an end',
    {
      info: ({ request }) => {
        const { socket } = request
        socket.write('HTTP/1.1 200 OK\r\n')
        const more = (): void => {
          while (!socket.destroyed && socket.write(`x-a: ${'y'.repeat(8000)}\r\n`));
          if (!socket.destroyed) socket.once('drain', more)
        }
        more()
      },
    },
    { says: /HEADERS_OVERFLOW|cannot be reached/ },
  ],
  [
    'a refusal that never ends',
    {
      info: ({ response }) => endless(response, 'no '.repeat(20_000), 400),
    },
    {},
  ],
]

const pushing: Case[] = [
  [
    'a repository with a name that leads out',
    { info: (call) => json(call, { id: '../../x', sha: call.hub.commit, private: false }) },
    { says: /no name/ },
  ],
  [
    'a head that is no commit',
    { info: (call) => json(call, { id: 'org/set', sha: '\u001b]0;x\u0007', private: false }) },
    { says: /commit that is none/ },
  ],
  [
    'pages for ever before a push',
    {
      tree: pages(
        (n, hub) => `${hub.url}/api/datasets/org/set/tree/x?p=${n}`,
        () => [],
      ),
    },
    { says: /does not end/ },
  ],
  [
    'a tree whose next page is no address',
    {
      tree: pages(
        () => 'http://[',
        () => [],
      ),
    },
    { says: /no address/ },
  ],
  [
    'a tree of one page without an end',
    { tree: ({ response }) => endless(response, ' '.repeat(65_536)) },
    { says: /longer than 32 MB/ },
  ],
  [
    'a preupload without an end',
    { preupload: ({ response }) => endless(response, ' '.repeat(65_536)) },
    { says: /longer than 32 MB/ },
  ],
  [
    'a batch of ten million parts',
    {
      batch: (call) =>
        json(call, {
          transfer: 'multipart',
          objects: [
            {
              oid: 'a',
              size: 20_001,
              actions: {
                upload: {
                  href: call.hub.url,
                  header: {
                    chunk_size: '1',
                    ...Object.fromEntries(
                      Array.from({ length: 20_001 }, (_, i) => [
                        String(i + 1).padStart(5, '0'),
                        call.hub.url,
                      ]),
                    ),
                  },
                },
              },
            },
          ],
        }),
    },
    { says: /20001 parts/ },
  ],
  ['a batch that is no JSON', { batch: ({ response }) => response.end('nonsense\u001b[31m') }, {}],
  [
    'an upload whose answer has no end',
    { put: ({ response }) => endless(response, ' '.repeat(65_536)) },
    { says: /longer than 1 MB/ },
  ],
  [
    'a commit whose answer has no end',
    { commit: ({ response }) => endless(response, ' '.repeat(65_536)) },
    { says: /longer than 32 MB/ },
  ],
  [
    'a commit whose answer is a gzip bomb',
    {
      commit: ({ response }) =>
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb),
    },
    { says: /longer than 32 MB/ },
  ],
  [
    'a commit without a name',
    { commit: (call) => json(call, { success: true }) },
    { says: /names no commit/ },
  ],
  [
    'a commit whose address steers a terminal',
    {
      commit: (call) => {
        const { response } = call
        const end = response.end.bind(response)
        response.end = ((text: string) =>
          end(text.replace('/commit/', '/\\u001b]0;owned\\u0007\\u202e/'))) as typeof response.end
        honest(call)
      },
    },
    {},
  ],
  [
    'a commit sent on elsewhere',
    { commit: redirect('http://127.0.0.1:9/steal') },
    { says: /where the token does not go/ },
  ],
  [
    'a preupload sent on elsewhere',
    { preupload: redirect('http://127.0.0.1:9/steal', 308) },
    { says: /where the token does not go/ },
  ],
  [
    'an upload sent on elsewhere',
    { put: redirect('http://127.0.0.1:9/steal') },
    { says: /refuses an upload/ },
  ],
  ['the token echoed by a refusal', { commit: echo }, { says: /hidden/ }],
  [
    'the token echoed by a web page',
    {
      any: ({ response, request }) =>
        response
          .writeHead(500, { 'content-type': 'text/html' })
          .end(`<p>${request.headers.authorization}</p>`),
    },
    {},
  ],
  ['one changed byte in a shard', { resolve: changed('.parquet') }, { says: /other bytes|by its footer/ }],
  ['one changed byte in the card', { resolve: changed('README.md') }, { says: /other bytes/ }],
  [
    'a shorter manifest',
    {
      resolve: (call) => {
        if (call.url.pathname.endsWith('manifest.json'))
          call.hub.files.set('manifest.json', Buffer.from('{}'))
        honest(call)
      },
    },
    { says: /other bytes/ },
  ],
  [
    'pull requests that are none',
    { refs: (call) => json(call, { pullRequests: [{ ref: 5 }] }) },
    { says: /not in the form/ },
  ],
]

/** The store gives another byte than it lists. */
function changed(end: string): Lie {
  return (call) => {
    const [path, bytes] =
      [...call.hub.files].find(([path]) => call.url.pathname.endsWith(path) && path.endsWith(end)) ?? []
    if (path === undefined) return honest(call)
    const other = Buffer.from(bytes!)
    other[Math.floor(other.length / 3)]! ^= 1
    call.hub.files.set(path, other)
    honest(call)
    call.hub.files.set(path, bytes!)
  }
}

async function outcome(work: () => Promise<string>): Promise<{ text: string; failed: boolean }> {
  try {
    return { text: await work(), failed: false }
  } catch (error) {
    if (!(error instanceof TwinstillError)) throw error
    return { text: error.message, failed: true }
  }
}

async function expectOutcome(
  [name, , { says, ends } = {}]: Case,
  hub: LyingHub,
  work: () => Promise<string>,
): Promise<void> {
  const [start, before] = [performance.now(), process.memoryUsage().rss]
  const { text, failed } = await outcome(work)
  const ms = Math.round(performance.now() - start)
  const grown = Math.max(0, Math.round((process.memoryUsage().rss - before) / mega))
  table.push([
    name,
    text.replaceAll(hub.url, 'HUB').slice(0, 90),
    `${hub.requests}`,
    (hub.sent() / mega).toFixed(1),
    `${ms}`,
    `${grown}`,
  ])
  expect(text).not.toMatch(/\n/u)
  expect(printable(text)).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}|\p{Bidi_Control}|\ufeff/u)
  expect(text).not.toContain(token)
  expect(text.length).toBeLessThan(900)
  if (says !== undefined) expect(text).toMatch(says)
  if (ends === 'well' && failed) throw new Error(text)
  expect(hub.sent()).toBeLessThan(150 * mega)
  expect(hub.requests).toBeLessThan(200)
}

describe('a Hub that lies to its readers', () => {
  test.each(reading)('%s', async (...given) => {
    const [, lies, { files = { 'train.jsonl': rows }, silence = 300 } = {}] = given
    const hub = await lyingHub(files, lies)
    onTestFinished(() => hub.close())
    const notes: string[] = []
    await expectOutcome(given, hub, async () => {
      const dataset = await openHubDataset(
        { repo: 'org/set' },
        {
          environment: { HF_ENDPOINT: hub.url, HF_TOKEN: token },
          folder: await scratchFolder(),
          note: (text) => notes.push(text),
          wait: async () => undefined,
          random: () => 0,
          silence,
          tries: 3,
        },
      )
      try {
        let count = 0
        for await (const _row of dataset.rows()) count += 1
        return `read ${count} rows ${notes.join('; ')}`
      } finally {
        await dataset.close()
      }
    })
  })
})

describe('a Hub that lies to those who publish', () => {
  test.each(pushing)('%s', async (...given) => {
    const [name, lies] = given
    const hub = await lyingHub({}, lies)
    onTestFinished(() => hub.close())
    const folder = datasetIn(await scratchFolder())
    await writeSmallDataset(folder, 1)
    await expectOutcome(given, hub, async () => {
      try {
        const report = await pushFolder({ url: hub.url, token }, folder, {
          repo: 'org/set',
          pullRequest: name.startsWith('pull requests'),
        })
        return JSON.stringify(report.url)
      } catch (error) {
        throw explainHubError(error, {
          purpose: 'publishing',
          endpoint: hub.url,
          repo: 'org/set',
          hasToken: true,
        })
      }
    })
  })
})

afterAll(() => {
  const shown = new Table({
    head: ['what the Hub does', 'what a person reads', 'requests', 'MB sent', 'ms', 'MB more'],
    style: { head: [], border: [] },
  })
  shown.push(...table)
  console.log(`${table.length} cases\n${shown.toString()}`)
})
