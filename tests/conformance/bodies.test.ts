import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { readParquetRows } from '../../store/parquet/read.ts'
import { type RecipeTree, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { bodyCases } from './bodies.ts'

/*
 * Each body takes every door that a response has into a run: asked for at once and as a stream, from a batch, imported,
 * inspected. Whichever it takes, the same comes of it.
 */

type Seen = { reasoning: string; answer: string; finish_state: string; error?: string; defects?: string[] }

const names = Object.keys(bodyCases)
const promptOf = (name: string): string => `Case ${names.indexOf(name)}: what is 57 + 718?`
const nameIn = (prompt: string): string => names[Number(/Case (\d+):/u.exec(prompt)![1])]!
const jsonLines = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

test('a body is read alike through every door', { timeout: 300_000 }, async () => {
  await using folder = await temporaryFolder()
  const { path } = folder
  const recipe = await writeRecipe(path, recipeFor(await startServer()))
  const problems = names.map((name) => ({
    id: `case-${names.indexOf(name)}`,
    problem: promptOf(name),
    answer: '775',
  }))
  await writeFile(join(path, 'problems.jsonl'), jsonLines(problems))
  const recorded = names.map((name) => ({ prompt: promptOf(name), body: bodyCases[name]!.body }))
  await writeFile(join(path, 'recorded.jsonl'), jsonLines(recorded))

  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runCli(args, { cwd: path })
    expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' })
    return stdout
  }
  await run('problems', recipe)
  await run('batch', 'export', recipe, '--arm', 'batched')
  await writeFile(join(path, 'results.jsonl'), jsonLines(await resultsOf(join(path, 'runs/doors/batches'))))
  await run('batch', 'import', recipe, 'results.jsonl')
  await run('distill', recipe)

  const seen = await tracesOf(join(path, 'runs/doors'))
  const inspected = await run('inspect', 'recorded.jsonl', '--json', '--mode', 'thinking')
  const lines = inspected
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; data: Seen })
  for (const [at, { data }] of lines.filter(({ type }) => type === 'trace').entries())
    seen.get(names[at]!)!['inspected'] = data
  for (const [name, { want }] of Object.entries(bodyCases)) {
    const doors = seen.get(name)!
    expect(Object.keys(doors).sort()).toEqual([
      'at_once',
      'batched',
      'imported',
      'inspected',
      'plain',
      'streamed',
    ])
    const { error, ...reading } = want
    for (const [door, trace] of Object.entries(doors)) {
      expect({ name, door, ...trace }).toMatchObject({ name, door, ...reading })
      if (door === 'inspected')
        expect({ name, clean: error !== undefined && trace.defects!.length === 0 }).toEqual({
          name,
          clean: false,
        })
      else
        expect({ name, door, error: trace.error!.slice(0, error?.length ?? 0) || trace.error }).toEqual({
          name,
          door,
          error: error ?? '',
        })
    }
  }
})

/** A server that answers each case with its body, or with its body as a stream. */
async function startServer(): Promise<string> {
  const server = createServer((request, response) => {
    void text(request).then((sent) => answer(JSON.parse(sent || '{}') as Request, response))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

type Request = { stream?: boolean; messages?: { content: string }[] }

function answer({ stream, messages }: Request, response: ServerResponse): void {
  if (messages === undefined) {
    response.writeHead(404).end('{}')
    return
  }
  const { body } = bodyCases[nameIn(messages.at(-1)!.content)]!
  response
    .writeHead(200, { 'content-type': stream === true ? 'text/event-stream' : 'application/json' })
    .end(stream === true ? streamOf(body) : JSON.stringify(body))
}

/** The body as chunks: each text of the message cut into pieces of a few characters, wherever in it the text stands. */
function streamOf(body: Record<string, unknown>): string {
  const { choices, usage, ...top } = body as { choices: [Record<string, unknown>]; usage: object }
  const { message, ...end } = choices[0]
  const chunk = (choice: object): object => ({
    ...top,
    choices: [{ index: 0, finish_reason: null, ...choice }],
  })
  const deltas = Object.entries(message as object).flatMap(([name, value]) =>
    pieces(value).map((piece) => chunk({ delta: { [name]: piece } })),
  )
  const chunks = [...deltas, chunk({ ...end, delta: {} }), { ...top, choices: [], usage }]
  return [...chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`), 'data: [DONE]\n\n'].join('')
}

function pieces(value: unknown): unknown[] {
  if (typeof value === 'string') return value.match(/[\s\S]{1,9}/gu) ?? ['']
  if (Array.isArray(value)) return value.flatMap((part) => pieces(part).map((piece) => [piece]))
  if (typeof value !== 'object' || value === null) return [value]
  const entries = Object.entries(value)
  const [name, long] = entries.find(
    ([key, each]) => !/^(?:type|role)$/u.test(key) && typeof each !== 'boolean',
  )!
  return pieces(long).map((piece) => Object.fromEntries([...entries, [name, piece]]))
}

function armOf(role: string, more: RecipeTree): RecipeTree {
  return { role, teacher: 'generic', model: 'M', samples: 1, ...more }
}

function recipeFor(url: string): RecipeTree {
  // Three arms that ask the same of servers that answer the same need a revision to be told apart.
  const live = (role: string, mode = 'thinking'): RecipeTree =>
    armOf(role, {
      mode,
      endpoint: role === 'streamed' ? 'streamed' : 'once',
      revision: role,
      extra_body: { chat_template_kwargs: { enable_thinking: mode === 'thinking' } },
    })
  return {
    name: 'doors',
    generate: { probe: 'never' },
    problems: { files: 'problems.jsonl', defaults: { task: 'math' } },
    endpoints: {
      once: { base_url: url, dialect: 'vllm', retries: 0, stream: false },
      streamed: { base_url: url, dialect: 'vllm', retries: 0, stream: true },
    },
    arms: {
      at_once: live('at_once'),
      streamed: live('streamed'),
      plain: live('plain', 'non_thinking'),
      batched: live('batched'),
      imported: armOf('imported', {
        mode: 'thinking',
        import: { files: 'recorded.jsonl', prompt: 'prompt' },
      }),
    },
    filter: { length: false },
  }
}

/** What a service makes of the lines of batch files. */
async function resultsOf(folder: string): Promise<object[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.jsonl'))
  const lines = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return lines
    .flatMap((each) => each.split('\n').filter(Boolean))
    .map((line) => {
      const { custom_id, body } = JSON.parse(line) as { custom_id: string; body: Request }
      const { body: answered } = bodyCases[nameIn(body.messages!.at(-1)!.content)]!
      return { custom_id, response: { status_code: 200, body: answered }, error: null }
    })
}

/** The traces of a run, by the name of the case and by arm. */
async function tracesOf(run: string): Promise<Map<string, Record<string, Seen>>> {
  const prompts = new Map<unknown, string>()
  const seen = new Map<string, Record<string, Seen>>(names.map((name) => [name, {}]))
  for await (const row of partsIn(join(run, 'problems'))) prompts.set(row['id'], row['prompt'] as string)
  for await (const row of partsIn(join(run, 'traces')))
    seen.get(nameIn(prompts.get(row['problem_id'])!))![row['arm'] as string] = row as Seen
  return seen
}

async function* partsIn(folder: string): AsyncGenerator<Record<string, unknown>> {
  for (const file of await readdir(folder))
    if (file.endsWith('.parquet')) yield* readParquetRows(join(folder, file))
}
