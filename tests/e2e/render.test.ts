import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRepo, uploadFiles } from '@huggingface/hub'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type Hub } from '../../simulators/hub/start.ts'
import { templates } from '../output/render/templates.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* One run, rendered for students in folders and for one of the Hub. */
const model = 'demo-org/student'
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let hub: Hub
let recipe: string

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, { cwd: folder.path, environment: { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token } })

/** The words of a report, however its lines are broken. */
const words = (text: string): string => text.replaceAll(/\s+/gu, ' ')

async function student(name: string, template: string): Promise<void> {
  await mkdir(join(folder.path, name), { recursive: true })
  await writeFile(join(folder.path, name, 'chat_template.jinja'), template)
}

async function recipeFor(...targets: string[]): Promise<string> {
  const changes = { write: { targets } }
  return writeRecipe(folder.path, smallRecipe('simulated', changes), `for-${targets.length}.yaml`)
}

beforeAll(async () => {
  folder = await temporaryFolder()
  hub = await startHub({ folder: join(folder.path, 'hub') })
  for (const name of ['plain', 'taking', 'deleting', 'channels'] as const)
    await student(name, templates[name])
  const at = { repo: { type: 'model' as const, name: model }, hubUrl: hub.url, accessToken: hub.token }
  await createRepo(at)
  const config = { chat_template: templates.taking, model_max_length: 40, eos_token: '[end]' }
  await uploadFiles({
    ...at,
    useXet: false,
    files: [{ path: 'tokenizer_config.json', content: new Blob([JSON.stringify(config)]) }],
  })
  recipe = await recipeFor('./taking')
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await hub.close()
  await folder[Symbol.asyncDispose]()
})

test('what is right is said to be right, with the modes that cannot be told apart', async () => {
  const { code, stdout } = await cli('render', recipe)
  expect(code).toBe(0)
  expect(words(stdout)).toContain('./taking reasoning: shape reasoning_content')
  expect(words(stdout)).toMatch(/reasoning messages (\d+) \1 none/u)
  expect(words(stdout)).toContain(
    'reasoning (reasoning) and ift (none) have the same text up to what is trained',
  )
})

test('what a template loses or puts into the answer is counted, with examples and the shape that would be right', async () => {
  const { code, stdout, stderr } = await cli(
    'render',
    recipe,
    '--target',
    './deleting',
    './channels',
    '--rows',
    '10',
  )
  expect(code).toBe(1)
  expect(stderr).toContain('the dataset is not right for ./deleting, ./channels')
  expect(words(stdout)).toMatch(/reasoning messages (\d+) 0 \1 lost/u)
  expect(words(stdout)).toContain(
    'no shape of messages keeps the reasoning in this template; write plain texts',
  )
  expect(words(stdout)).toMatch(/reasoning messages (\d+) 0 \1 misplaced/u)
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(words(stdout)).toContain('to be right: write `{export: sft, role: …, shape: thinking}`')
})

test('a model of the Hub is rendered at its commit, and is not asked for again when it is pinned', async () => {
  const first = await cli('render', recipe, '--target', model, '--json')
  expect(first).toMatchObject({ code: 0 })
  const commit = /"commit":"([0-9a-f]{40})"/u.exec(first.stdout)?.[1]
  const asked = hub.log.length
  expect(await cli('render', recipe, '--target', `${model}@${commit}`)).toMatchObject({ code: 0 })
  expect(hub.log.length).toBe(asked)
  // The branch moves on, and the run stays with the commit that it was found right for.
  const at = { repo: { type: 'model' as const, name: model }, hubUrl: hub.url, accessToken: hub.token }
  await uploadFiles({
    ...at,
    useXet: false,
    files: [{ path: 'chat_template.jinja', content: new Blob([templates.deleting]) }],
  })
  const later = await cli('render', recipe, '--target', model, '--json')
  expect(later).toMatchObject({ code: 0 })
  expect(later.stdout).toContain(`"commit":"${commit}"`)
  const unknown = await cli('render', recipe, '--target', 'demo-org/nobody')
  expect(unknown.code).not.toBe(0)
  expect(unknown.stderr).toContain('demo-org/nobody')
})

test('a folder without a template, and no target at all, are refused with what to do', async () => {
  await mkdir(join(folder.path, 'empty'), { recursive: true })
  expect(await cli('render', recipe, '--target', './empty')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('./empty has no chat template') as string,
  })
  const without = await writeRecipe(folder.path, smallRecipe('simulated'), 'without.yaml')
  expect(await cli('render', without)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no target to render for') as string,
  })
})

test('what is wrong for a target is not published, unless the recipe accepts it', async () => {
  const wrong = await recipeFor('./taking', './channels')
  expect(await cli('distill', wrong)).toMatchObject({ code: 0 })
  const { code, stderr } = await cli('push', wrong, '--repo', 'demo-org/small', '--create')
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /reasoning is not right for \.\/channels: (\d+) of \1 rows misplaced; nothing was sent; to be right: write `\{export: sft, role: …, shape: thinking\}`/u,
  )
  expect(hub.repo('demo-org/small')).toBeUndefined()
  const accepted = await writeRecipe(
    folder.path,
    smallRecipe('simulated', {
      write: { targets: ['./taking', './channels'] },
      push: { accept: ['render', 'contamination'] },
    }),
  )
  expect(await cli('push', accepted, '--repo', 'demo-org/small', '--create')).toMatchObject({ code: 0 })
})
