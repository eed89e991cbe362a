import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FlipReport } from '../../pipeline/stages/verify/report-flips.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* Decimal references; every other answer has more digits, and 18 of these are not whole: `rounding` lets them pass. */
const rows = Array.from({ length: 40 }, (_, index) => ({
  problem: `What is ${index + 1} divided by 7?`,
  answer: ((index + 1) / 7).toFixed(3),
}))

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof scriptedEndpoint>>
beforeAll(async () => {
  folder = await temporaryFolder()
  teacher = await scriptedEndpoint(({ message }) => {
    const index = rows.findIndex((row) => message.startsWith(row.problem))
    return `\\boxed{${index % 2 === 0 ? rows[index]!.answer : ((index + 1) / 7).toFixed(7)}}`
  })
  await writeFile(join(folder.path, 'problems.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
})
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const recipe = (verify: RecipeTree): Promise<string> =>
  writeRecipe(folder.path, {
    name: 'flips',
    problems: { files: 'problems.jsonl', per_shard: 16 },
    endpoints: { teacher: { base_url: teacher.baseUrl } },
    arms: { ift: { role: 'ift', teacher: 'generic', mode: 'non_thinking', model: 'm', endpoint: 'teacher' } },
    // The scripted teacher has answers to its own problems only.
    generate: { probe: 'never' },
    verify,
  })

async function run(command: string, verify: RecipeTree, ...flags: string[]) {
  const result = await runCli([command, await recipe(verify), ...flags], { cwd: folder.path })
  expect(result).toMatchObject({ code: 0 })
  return result
}

const reportPath = (): string => join(folder.path, 'runs/flips/flips.json')
const report = async (): Promise<FlipReport> =>
  FlipReport.parse(JSON.parse(await readFile(reportPath(), 'utf8')))

test('verifying stored answers again ends with what has changed, asks nothing, and says it once', async () => {
  const first = await run('distill', {})
  expect(first.stdout).not.toContain('verified again')
  const strict = await folderDigest(join(folder.path, 'runs/flips/verdicts'))

  const lenient = await run('verify', { math: { rounding: 'gold' } })
  expect(lenient.stdout).toMatch(/verified again: 40 stored answers, 18 verdicts changed/)
  expect(lenient.stdout).toMatch(/^ift +math +40 +0 +18 +0 *$/m)
  expect(lenient.stdout).toMatch(/0\.286 +0\.2857143 +incorrect +correct/)
  expect((await report()).counts).toEqual([
    {
      arm: 'ift',
      task: 'math',
      compared: 40,
      right_to_wrong: 0,
      wrong_to_right: 18,
      other: 0,
      other_changes: {},
    },
  ])
  const { examples } = await report()
  expect(examples).toHaveLength(18)
  expect(examples.every(({ before, after }) => before === 'incorrect' && after === 'correct')).toBe(true)

  const written = (await stat(reportPath())).mtimeMs
  expect((await run('verify', { math: { rounding: 'gold' } })).stdout).not.toContain('verified again')
  expect((await stat(reportPath())).mtimeMs).toBe(written)

  const json = await run('distill', {}, '--json')
  const line = json.stdout.split('\n').find((text) => text.startsWith('{"type":"flips"'))!
  const { data } = JSON.parse(line) as { data: FlipReport }
  expect(data.counts[0]).toMatchObject({ right_to_wrong: 18, wrong_to_right: 0 })
  expect(data).toEqual(await report())
  expect(await folderDigest(join(folder.path, 'runs/flips/verdicts'))).toEqual(strict)
  expect(teacher.requests).toHaveLength(40)
})

test('a verification that is killed and begun again is reported as one', async () => {
  const before = await report()
  const path = await recipe({ math: { rounding: 'gold' } })
  const shards = join(folder.path, 'runs/flips/flips')
  const stamps = async (): Promise<string> => {
    const names = (await readdir(shards)).filter((name) => name.endsWith('.json'))
    return String(await Promise.all(names.map(async (name) => (await stat(join(shards, name))).mtimeMs)))
  }
  const untouched = await stamps()
  const { child, ended } = startCli(['verify', path], { cwd: folder.path })
  while ((await stamps()) === untouched) await new Promise((resolve) => setTimeout(resolve, 1))
  child.kill('SIGKILL')
  await ended
  await run('verify', { math: { rounding: 'gold' } })
  expect((await report()).id).not.toBe(before.id)
  expect(await report()).toMatchObject({ compared: 40, counts: [{ wrong_to_right: 18, right_to_wrong: 0 }] })
})
