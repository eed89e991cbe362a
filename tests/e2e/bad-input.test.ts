import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeEach, afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder[Symbol.asyncDispose]())

const rows = Array.from({ length: 9 }, (_, index) => ({
  id: `p${index + 1}`,
  problem: `What is ${index} plus ${index}?`,
  answer: String(2 * index),
}))
const arm = { role: 'ift', teacher: 'generic', mode: 'non_thinking', model: 'm', endpoint: 'teacher' }

function tree(changes: RecipeTree = {}, baseUrl = 'http://127.0.0.1:1/v1'): RecipeTree {
  return {
    name: 'bad',
    problems: { files: 'problems.jsonl', fields: { id: 'id' } },
    endpoints: { teacher: { base_url: baseUrl, retries: 0 } },
    arms: { ift: arm },
    ...changes,
  }
}

async function problems(lines: readonly string[]): Promise<void> {
  await writeFile(join(folder.path, 'problems.jsonl'), `${lines.join('\n')}\n`)
}

/** Runs `distill` and returns exit code and stderr, the folder's name and free ports taken out. */
async function distill(
  recipe: RecipeTree,
  ...flags: string[]
): Promise<{ code: number | null; stderr: string }> {
  const path = await writeRecipe(folder.path, recipe)
  const { code, stderr } = await runCli(['distill', path, ...flags], { cwd: folder.path })
  return {
    code,
    stderr: stderr
      .replaceAll(folder.path, 'FOLDER')
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
      .trimEnd(),
  }
}

/** Every mistake gets one line: no stack trace, nothing left behind. */
async function expectRefusal(
  recipe: RecipeTree,
  message: RegExp,
  code = 2,
  ...flags: string[]
): Promise<void> {
  const result = await distill(recipe, ...flags)
  expect(result).toEqual({ code, stderr: expect.stringMatching(message) as string })
  expect(result.stderr).not.toMatch(/^\s+at /m)
  if (code === 2) {
    expect(result.stderr.split('\n')).toHaveLength(1)
    expect(await readdir(join(folder.path, 'runs')).catch(() => [])).toEqual([])
  }
}

test('missing recipe', async () => {
  const { code, stderr } = await runCli(['distill', 'nothing.yaml'], { cwd: folder.path })
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'error: no recipe at nothing.yaml; give the path of a YAML file, for example recipes/quickstart.yaml\n',
  })
})

test('misspelt key', async () => {
  const { arms, ...rest } = tree()
  await expectRefusal(
    { ...rest, armz: arms },
    /^error: .*recipe\.yaml:\d+: unknown key `armz`; did you mean `arms`\?$/,
  )
  await expectRefusal(
    tree({ arms: { ift: { ...arm, modle: 'm' } } }),
    /recipe\.yaml:\d+: unknown key `arms\.ift\.modle`; did you mean `model`\?$/,
  )
  await expectRefusal(
    tree({ filter: { lenght: {} } }),
    /unknown key `filter\.lenght`; did you mean `length`\?$/,
  )
})

test('unknown teacher, endpoint, arm', async () => {
  await expectRefusal(
    tree({ arms: { ift: { ...arm, teacher: 'qwen33' } } }),
    /^error: arms\.ift: no teacher is called "qwen33": did you mean "qwen3"\?/,
  )
  await expectRefusal(
    tree({ arms: { ift: { ...arm, endpoint: 'teecher' } } }),
    /there is no `teecher`; did you mean `teacher`\?$/,
  )
  await expectRefusal(
    tree({ pair: { require: ['itf'] } }),
    /pair\.require: there is no `itf`; did you mean `ift`\?$/,
  )
})

test('bad threshold', async () => {
  await expectRefusal(
    tree({ filter: { length: { thinking: { reasoning: { min: 500, max: 100 } } } } }),
    /`filter\.length\.thinking\.reasoning` is .*min 500 is above max 100; lower min or raise max$/,
  )
  await expectRefusal(
    tree({ filter: { length: { thinking: { reasoning: { max: 'lots' } } } } }),
    /`filter\.length\.thinking\.reasoning\.max` is "lots": expected a number, or expected one of "4k"\|"8k"\|"16k"\|"32k", or expected null$/,
  )
})

test('missing key variable, and a secret where a name belongs', async () => {
  await problems(rows.map((row) => JSON.stringify(row)))
  await expectRefusal(
    tree({ endpoints: { teacher: { base_url: 'http://127.0.0.1:1/v1', api_key_env: 'NO_SUCH_KEY_HERE' } } }),
    /takes its key from the environment variable NO_SUCH_KEY_HERE, which is not set/,
  )
  await expectRefusal(
    tree({ endpoints: { teacher: { base_url: 'http://127.0.0.1:1/v1', api_key_env: '${MY_API_KEY}' } } }),
    /\$\{MY_API_KEY\} looks like a secret.*name the variable in `api_key_env` instead$/,
  )
})

test.each(['a-key\r', 'a-key\n', 'clé'])('a key that no header can carry: %j', async (key) => {
  await problems(rows.map((row) => JSON.stringify(row)))
  vi.stubEnv('A_KEY_OF_THE_TEST', key)
  onTestFinished(() => void vi.unstubAllEnvs())
  await expectRefusal(
    tree({ endpoints: { teacher: { base_url: 'http://127.0.0.1:1/v1', api_key_env: 'A_KEY_OF_THE_TEST' } } }),
    /takes its key from the environment variable A_KEY_OF_THE_TEST, which holds a line end/,
  )
})

test('endpoint down', async () => {
  await problems(rows.map((row) => JSON.stringify(row)))
  const result = await distill(tree({}, `http://127.0.0.1:${await closedPort()}/v1`))
  expect(result.code).toBe(1)
  expect(result.stderr).toMatch(
    /error: endpoint teacher \(http:\/\/127\.0\.0\.1:PORT\/v1\): ECONNREFUSED.*start the server or correct base_url/,
  )
  expect(result.stderr).toContain('Go on with: npm run distill -- ')
})

test('endpoint that answers HTML', async () => {
  await problems(rows.map((row) => JSON.stringify(row)))
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Welcome</title>'),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const result = await distill(tree({}, `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`))
  server.close()
  expect(result.code).toBe(1)
  expect(result.stderr).toMatch(
    /a web page instead of an answer: .*check that base_url is the address of the API, up to and with \/v1/,
  )
})

test('broken JSON on line 7 is named and counted and does not stop the others, unless --strict', async () => {
  const lines = rows.map((row) => JSON.stringify(row))
  lines[6] = '{"id": "p7", "problem": "broken'
  await problems(lines)
  const path = await writeRecipe(folder.path, tree())
  const lenient = await runCli(['problems', path], { cwd: folder.path })
  expect(lenient).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(
      /\nwarning: problems\.jsonl:7: the line is not JSON: .*\(bad_json\)\n/,
    ) as string,
  })
  expect(lenient.stdout).toContain('9 read, 8 kept (lost: 1 bad_json)')
  await expectRefusal(
    tree(),
    /^(?:problems\.jsonl:\d is read as .*\n)*error: problems\.jsonl:7: .*with --strict a bad row ends the run/,
    1,
    '--strict',
    '--run',
    'other',
  )
})

test('empty file, missing file', async () => {
  await writeFile(join(folder.path, 'problems.jsonl'), '')
  await expectRefusal(
    tree(),
    /^error: no usable problem in problems\.jsonl \(0 rows read\); check the file and `problems\.fields`$/,
  )
  await expectRefusal(tree({ problems: { files: 'missing-*.jsonl' } }), /missing-\*\.jsonl/)
})

test('duplicate ids and repeated problems', async () => {
  const lines = [
    ...rows.slice(0, 3),
    { id: 'p2', problem: 'What is quite another question?', answer: '4' },
    rows[0],
    { ...rows[1], id: 'p9', answer: '5' },
  ]
  await problems(lines.map((row) => JSON.stringify(row)))
  const { code, stderr, stdout } = await runCli(['problems', await writeRecipe(folder.path, tree())], {
    cwd: folder.path,
  })
  expect(code).toBe(0)
  expect(stderr).toContain(
    'problems.jsonl:4: the id "p2" was given to another problem at problems.jsonl:2 (duplicate_id)',
  )
  expect(stderr).toContain(
    'problems.jsonl:5: the same problem stands at problems.jsonl:1 (duplicate_problem)',
  )
  expect(stderr).toContain(
    'problems.jsonl:6: the same problem stands at problems.jsonl:2 with another answer (conflicting_answers)',
  )
  expect(stdout).toMatch(/6 read, 3 kept/)
})

test('run folder that cannot be written, that is something else, that is of another recipe', async () => {
  await problems(rows.map((row) => JSON.stringify(row)))
  await writeFile(join(folder.path, 'file'), '')
  await expectRefusal(
    tree(),
    /^error: the run folder .* cannot be written \(ENOTDIR\); choose another one with --run/,
    1,
    '--run',
    'file/run',
  )
  await mkdir(join(folder.path, 'foreign'))
  await writeFile(join(folder.path, 'foreign', 'x'), '')
  await expectRefusal(tree(), /is not empty and is not a run folder/, 2, '--run', 'foreign')
  expect(
    await runCli(['problems', await writeRecipe(folder.path, tree()), '--run', 'mine'], { cwd: folder.path }),
  ).toMatchObject({ code: 0 })
  await expectRefusal(
    tree({ name: 'other' }),
    /is a run of the recipe `bad`, not of `other`; choose another folder with --run$/,
    2,
    '--run',
    'mine',
  )
})

test('two runs on one folder at once', async () => {
  await using teacher = await simulatedTeacher(
    { first_token_ms: 300, concurrency: 4 },
    join(folder.path, 'teacher.jsonl'),
  )
  const path = await writeRecipe(
    folder.path,
    tree({ problems: { builtin: { count: 60, seed: 1 } } }, teacher.baseUrl),
  )
  const first = startCli(['distill', path], { cwd: folder.path })
  while (!(await readFile(join(folder.path, 'teacher.jsonl'), 'utf8').catch(() => '')))
    await new Promise((resolve) => setTimeout(resolve, 20))
  const second = await runCli(['distill', path], { cwd: folder.path })
  expect(second.code).toBe(2)
  expect(second.stderr).toMatch(
    /^error: .* is in use by process \d+ on .*; wait until it ends, stop it, or choose another folder with --run\n$/,
  )
  first.child.kill('SIGINT')
  expect(await first.ended).toMatchObject({ code: 3 })
})

async function closedPort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
