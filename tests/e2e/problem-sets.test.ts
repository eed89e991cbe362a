import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readParquetMetadata } from '../../store/parquet/read.ts'
import { codeSets, problemSets } from '../problems/sets/sets.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('every shape of a well-known set goes to shards as it is', { timeout: 600_000 }, async () => {
  await using folder = await temporaryFolder()
  await using teacher = await scriptedEndpoint(
    ({ message }) => `I read ${message.length} characters. \\boxed{A}`,
  )
  const arm = { teacher: 'generic', mode: 'non_thinking', endpoint: 'teacher', samples: 1, model: 'm' }
  for (const [name, { file, content, section }] of Object.entries(problemSets)) {
    if (codeSets.has(name)) continue
    await writeFile(join(folder.path, file), content)
    const stem = file.replace(/\..*$/, '')
    const path = await writeRecipe(folder.path, {
      name: stem,
      problems: { files: file, ...section },
      endpoints: { teacher: { base_url: teacher.baseUrl } },
      arms: { one: { ...arm, role: 'one' } },
      generate: { probe: 'never' },
      verify: { workers: 1 },
      filter: {
        correctness: { accept: ['correct', 'incorrect', 'undecided', 'no_answer', 'gold_unparseable'] },
      },
    })
    const before = teacher.requests.length
    const ran = await runCli(['distill', path], { cwd: folder.path })
    expect({ name, code: ran.code, said: ran.code === 0 ? '' : ran.stderr }).toEqual({
      name,
      code: 0,
      said: '',
    })
    expect(ran.stderr).toContain(file)
    expect(ran.stderr).not.toContain('no part of the prompt')
    expect(teacher.requests.length - before).toBe(20)
    const shard = join(folder.path, `runs/${stem}/dataset/data/pairs/train-00000-of-00001.parquet`)
    expect({ name, rows: (await readParquetMetadata(shard)).rows }).toEqual({ name, rows: 20 })
  }
})

test('what is wrong with the columns of a spreadsheet is told with the column that was meant', async () => {
  await using folder = await temporaryFolder()
  const { path: cwd } = folder
  const table = `sep=;\r\nFrage;Lösung;Thema\r\n"Was sind\r\n2,5 m + 1 m?";3,5;Größen\r\n;;\r\n\r\n`
  await writeFile(join(cwd, 'table.csv'), Buffer.from(table, 'latin1'))
  const problems = async (fields: Record<string, string>, files = 'table.csv') => {
    const path = await writeRecipe(cwd, smallRecipe('simulated', { problems: { files, fields } }))
    return runCli(['problems', path], { cwd })
  }
  const wrong = await problems({ prompt: 'Frage', answer: 'Losung' })
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('table.csv:3: there is no column "Losung"; did you mean "Lösung"?')
  const answer = 'Lösung'.normalize('NFD')
  const right = await problems({ prompt: 'Frage', answer, domain: 'Tehma' })
  expect(right.stderr).toContain(
    '1 reference seems to have a decimal comma, the first at table.csv:3: "3,5"; state verify.math.decimal: comma',
  )
  expect(right.stderr).toContain(
    'problems.fields.domain names the column "Tehma", which is not there; did you mean "Thema"?\n',
  )
  expect(right.stdout).toContain('problems: 1 read, 1 kept\n')
  await writeFile(join(cwd, 'table.xlsx'), '')
  const { stderr } = await problems({}, 'table.xlsx')
  expect(stderr).toContain('"table.xlsx" is a spreadsheet; save its sheet as CSV and name that file')
})

test('the recipe of the README reads a spreadsheet', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const block = /From a spreadsheet[^]*?```yaml\n([^]*?)```/u.exec(readme)![1]!
  await using folder = await temporaryFolder()
  const { path: cwd } = folder
  const table =
    'Frage;Lösung;Thema;Schwierigkeit;Aufgabe\r\nWie groß ist 1/4?;0,25;Brüche;1;math\r\nWer?;Käthe;Wer;2;text\r\n'
  await mkdir(join(cwd, 'data'))
  await writeFile(join(cwd, 'data/questions.csv'), Buffer.from(table, 'latin1'))
  const path = await writeRecipe(cwd, smallRecipe('simulated', parse(block) as Record<string, unknown>))
  const { stdout, stderr } = await runCli(['problems', path], { cwd })
  expect(stdout).toContain('problems: 2 read, 2 kept\n')
  expect(stderr).toContain('questions.csv:2 is read as math: prompt "Wie groß ist 1/4?"; answer "0,25"\n')
  expect(stderr).toContain('questions.csv:3 is read as text: prompt "Wer?"; answer "Käthe"\n')
  expect(stderr).not.toMatch(/decimal comma|no field uses/u)
})

test('a context that is no part of the prompt is said once, with what to write', async () => {
  await using folder = await temporaryFolder()
  const { file, content } = problemSets['BoolQ']!
  await writeFile(join(folder.path, file), content)
  const path = await writeRecipe(folder.path, {
    name: 'without',
    problems: { files: file, defaults: { task: 'text' } },
    endpoints: { teacher: { base_url: 'http://127.0.0.1:9' } },
    arms: { one: { teacher: 'generic', mode: 'non_thinking', endpoint: 'teacher', model: 'm', role: 'one' } },
  })
  const { stderr } = await runCli(['problems', path], { cwd: folder.path })
  expect(stderr).toContain(
    'boolq.jsonl:1 is read as text: prompt "are there more than 0 pens"; answer "false"\n',
  )
  expect(stderr).toContain('columns that no field uses: passage, title\n')
  expect(stderr.match(/the column "passage" is no part of the prompt/g)).toHaveLength(1)
  expect(stderr).toContain('write problems.fields.prompt: "{passage}\\n\\n{question}"\n')
})
