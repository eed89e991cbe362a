import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
  // The other arm was asked in the first start, then 92 lines by the service and 4 samples live.
  expect(asked - before).toBe(92 + 4)
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
