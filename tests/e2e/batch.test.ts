import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Ledger } from '../../schemas/ledger.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Line = { custom_id: string; method?: string; url?: string; body: object }

/** What a service does with a batch file: every line is asked, and the answers come in another order. */
async function serve(baseUrl: string, lines: Line[]): Promise<object[]> {
  const results: object[] = []
  for (const line of lines.toReversed()) {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(line.body),
    })
    const answer = { status_code: response.status, request_id: 'r', body: await response.json() }
    results.push({ id: 'x', custom_id: line.custom_id, response: answer, error: null })
  }
  return results
}

const jsonLines = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

async function batchLines(run: string): Promise<Line[]> {
  const names = (await readdir(join(run, 'batches'))).filter((name) => name.endsWith('.jsonl')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(run, 'batches', name), 'utf8')))
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line),
  )
}

test('a run through batch files ends in the same dataset as a live one, and asks live only what the batch left out', async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  await using teacher = await simulatedTeacher({ spoil_scale: 1 }, log)
  const recipe = await writeRecipe(folder.path, smallRecipe(teacher.baseUrl))
  const cli = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: folder.path })
  const run = join(folder.path, 'runs/small')
  expect((await cli('distill', recipe, '--run', 'live')).code).toBe(0)

  expect((await cli('problems', recipe)).code).toBe(0)
  const exported = await cli('batch', 'export', recipe, '--arm', 'reasoning')
  expect(exported.stderr + exported.stdout).toMatch(/96 requests, \d+ bytes/u)
  const lines = await batchLines(run)
  expect(lines).toHaveLength(96)
  expect(lines[0]).toMatchObject({ method: 'POST', url: '/v1/chat/completions' })
  expect(new Set(lines.map((line) => line.custom_id)).size).toBe(96)

  const again = await cli('batch', 'export', recipe, '--arm', 'reasoning')
  expect(again.stdout).toContain('nothing to export')

  const waiting = await cli('distill', recipe)
  expect(waiting.code).toBe(3)
  expect(waiting.stderr).toContain('96 samples are on their way through batches')
  const before = (await readFile(log, 'utf8')).split('\n').length

  // Two lines ran out of time, one was refused for good, one is missing, one is of somebody else, one is no JSON.
  const results = await serve(teacher.baseUrl, lines.slice(4))
  const errors = [
    { custom_id: lines[0]!.custom_id, response: null, error: { code: 'batch_expired', message: 'too late' } },
    { custom_id: lines[1]!.custom_id, response: null, error: { code: 'batch_expired', message: 'too late' } },
    {
      custom_id: lines[2]!.custom_id,
      response: { status_code: 429, body: { error: { message: 'slow down', code: 'rate_limit_exceeded' } } },
    },
    { custom_id: 'other', response: { status_code: 200, body: { choices: [{}] } } },
  ]
  await writeFile(join(folder.path, 'output.jsonl'), jsonLines(results))
  await writeFile(join(folder.path, 'errors.jsonl'), `${jsonLines(errors)}not json\n`)
  const imported = await cli('batch', 'import', recipe, 'output.jsonl', 'errors.jsonl')
  expect(imported.code).toBe(0)
  expect(imported.stdout).toContain(
    '92 answers taken in; failed: 2 batch_expired, 1 rate_limit; 2 lines are no results of this run',
  )
  const twice = await cli('batch', 'import', recipe, 'output.jsonl')
  expect(twice.stdout).toContain('0 answers taken in; 92 were there already')
  const [state] = JSON.parse((await cli('batch', 'list', recipe, '--json')).stdout.split('\n')[0]!).data as {
    name: string
    awaited: number
  }[]
  expect(state!.awaited).toBe(1)

  const still = await cli('distill', recipe)
  expect(still.code).toBe(3)
  expect(still.stderr).toContain('1 samples are on their way')
  expect((await cli('batch', 'recall', recipe, state!.name)).code).toBe(0)
  const finished = await cli('distill', recipe)
  expect(finished.stdout).toContain('pairs:')
  expect(finished.code).toBe(0)
  const asked = (await readFile(log, 'utf8')).split('\n').length
  // The other arm was asked in the first start, then 92 lines by the service and 4 samples live, behind a probe of 2.
  expect(asked - before).toBe(92 + 4 + 2)
  const dataset = await folderDigest(join(run, 'dataset'))
  expect(dataset).toEqual(await folderDigest(join(folder.path, 'live/dataset')))
})

test('the two-field form has no method and no address', async () => {
  await using folder = await temporaryFolder()
  const recipe = await writeRecipe(folder.path, smallRecipe('http://127.0.0.1:1/v1'))
  expect((await runCli(['problems', recipe], { cwd: folder.path })).code).toBe(0)
  const args = ['batch', 'export', recipe, '--form', 'two-field', '--limit', '5']
  expect((await runCli(args, { cwd: folder.path })).code).toBe(0)
  const lines = await batchLines(join(folder.path, 'runs/small'))
  expect(lines.map((line) => Object.keys(line))).toEqual(
    Array.from({ length: 5 }, () => ['custom_id', 'body']),
  )
  const together = lines.map(({ custom_id }) => ({
    custom_id,
    response: { choices: [{ message: { content: 'It is \\boxed{1}.' }, finish_reason: 'stop' }] },
  }))
  await writeFile(join(folder.path, 'out.jsonl'), jsonLines(together))
  const imported = await runCli(['batch', 'import', recipe, 'out.jsonl'], { cwd: folder.path })
  expect(imported.stdout).toContain('5 answers taken in')
})

test.each([
  [['export', '--form', 'xml'], '--form must be openai or two-field, not "xml"'],
  [['export', '--arm', 'reasonin'], 'did you mean reasoning?'],
  [['recall', 'b'], 'there is no batch b; this run has none'],
  [['import', 'none.jsonl'], 'no file "none.jsonl"'],
])('bad usage %j is one line', async ([verb, ...rest], message) => {
  await using folder = await temporaryFolder()
  const recipe = await writeRecipe(folder.path, smallRecipe('http://127.0.0.1:1/v1'))
  expect((await runCli(['problems', recipe], { cwd: folder.path })).code).toBe(0)
  const { code, stderr } = await runCli(['batch', verb!, recipe, ...rest], { cwd: folder.path })
  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test('results that come twice or late count for the batch that they came from', async () => {
  await using folder = await temporaryFolder()
  const recipe = await writeRecipe(folder.path, smallRecipe('http://127.0.0.1:1/v1'))
  const cli = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: folder.path })
  const run = join(folder.path, 'runs/small')
  const states = async () =>
    JSON.parse((await cli('batch', 'list', recipe, '--json')).stdout.split('\n')[0]!).data as {
      name: string
      answered: number
      failed: number
      awaited: number
    }[]
  await cli('problems', recipe)
  await cli('batch', 'export', recipe, '--limit', '2')
  const [first, second] = await batchLines(run)
  const late = { response: null, error: { code: 'batch_expired', message: 'too late' } }
  const expired = jsonLines([{ custom_id: first!.custom_id, ...late }])
  await writeFile(join(folder.path, 'expired.jsonl'), expired)
  await cli('batch', 'import', recipe, 'expired.jsonl')
  await cli('batch', 'recall', recipe, (await states())[0]!.name)

  await cli('batch', 'export', recipe, '--limit', '2')
  const again = (await batchLines(run)).slice(2)
  expect(again.map(({ custom_id }) => custom_id)).toEqual([`${first!.custom_id}.1`, `${second!.custom_id}.1`])
  const answers = (ids: string[]): string =>
    jsonLines(
      ids.map((custom_id) => ({
        custom_id,
        response: {
          choices: [{ message: { content: 'It is \\boxed{1}.' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 10, completion_tokens: 20 },
        },
      })),
    )
  await writeFile(join(folder.path, 'late.jsonl'), expired + answers([second!.custom_id]))
  expect((await cli('batch', 'import', recipe, 'late.jsonl')).stdout).toContain(
    '1 answers taken in; 1 were there already',
  )
  expect(await states()).toMatchObject([
    { answered: 1, failed: 1, awaited: 0 },
    { answered: 0, failed: 0, awaited: 2 },
  ])
  await writeFile(join(folder.path, 'new.jsonl'), answers(again.map(({ custom_id }) => custom_id)))
  expect((await cli('batch', 'import', recipe, 'new.jsonl')).stdout).toContain('2 answers taken in')
  const status = JSON.parse((await cli('status', recipe, '--json')).stdout.split('\n')[0]!) as {
    data: Ledger
  }
  // What both batches answered was paid for twice, and the total says so.
  expect(status.data.total).toMatchObject({ requests: 4, tokens: 90 })
})

test('a budget covers what is handed out in batches until its results are there', async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  await using teacher = await simulatedTeacher({ length_scale: 0.2 }, log)
  const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher', max_tokens: 1000 }
  const path = await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      problems: { builtin: { count: 24, seed: 1 }, per_shard: 8 },
      generate: { probe: 'never' },
      budget: { tokens: 20_000 },
      arms: { ift: { ...arm, role: 'ift', mode: 'non_thinking' } },
    }),
  )
  const cli = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: folder.path })
  const asked = async (): Promise<number> =>
    (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean).length
  await cli('problems', path)
  const exported = await cli('batch', 'export', path)
  expect(exported.code).toBe(3)
  expect(exported.stderr).toContain('the budget is used up')
  const lines = await batchLines(join(folder.path, 'runs/small'))
  expect(lines.length).toBeGreaterThan(10)
  expect(lines.length).toBeLessThan(20)
  expect(exported.stdout).toContain(`${lines.length} requests`)

  const tight = await cli('distill', path)
  expect(tight.code).toBe(3)
  expect(tight.stderr + tight.stdout).toMatch(/\d+ tokens of the budget are set aside for batches/u)
  expect(await asked()).toBe(0)

  await writeFile(join(folder.path, 'output.jsonl'), jsonLines(await serve(teacher.baseUrl, lines)))
  await cli('batch', 'import', path, 'output.jsonl')
  const rest = await cli('distill', path)
  expect(rest.stderr + rest.stdout).not.toContain('set aside')
  expect(rest.code).toBe(0)
  expect(await asked()).toBe(24)
})

test('nobody is contacted while everything is in batches, whatever the number of samples hangs on', async () => {
  await using folder = await temporaryFolder()
  const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher' }
  const path = await writeRecipe(
    folder.path,
    smallRecipe('http://127.0.0.1:1/v1', {
      arms: {
        ift: { ...arm, role: 'ift', mode: 'non_thinking', samples: { min: 2, max: 4 } },
        reasoning: { ...arm, role: 'reasoning', mode: 'thinking', truncated: 'raise' },
      },
    }),
  )
  await runCli(['problems', path], { cwd: folder.path })
  await runCli(['batch', 'export', path], { cwd: folder.path })
  const waiting = await runCli(['distill', path], { cwd: folder.path })
  expect(waiting.stderr).toContain('144 samples are on their way through batches')
  expect(waiting.code).toBe(3)
})
