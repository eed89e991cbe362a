import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isObject } from '../../schemas/is-object.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCommand, startCommand, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/*
 * The templates of deploy/ as they are, where nothing but variables says that this is a cluster: `scontrol` notes how it was called,
 * and `vllm` is the simulated teacher.
 */
const project = fileURLToPath(new URL('../..', import.meta.url))
const small = { problems: { builtin: { count: 8, seed: 1 }, per_shard: 4 }, generate: { probe: 'never' } }
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let environment: Record<string, string>

beforeAll(async () => {
  folder = await temporaryFolder()
  for (const name of ['deploy', 'pipeline', 'node_modules'])
    await symlink(join(project, name), join(folder.path, name))
  for (const name of ['logs', 'bin']) await mkdir(join(folder.path, name))
  await program('scontrol', 'echo "$@" >>requeued')
  await program(
    'vllm',
    `exec "${process.execPath}" "${join(project, 'simulators/teacher/main.ts')}" --port "$6" --log vllm.jsonl`,
  )
  environment = {
    PATH: `${join(folder.path, 'bin')}:${process.env['PATH']!}`,
    SLURM_SUBMIT_DIR: folder.path,
    SLURM_JOB_ID: String(30_000 + (process.pid % 10_000)),
    SLURM_ARRAY_JOB_ID: '70',
    SLURM_ARRAY_TASK_ID: '1',
    SLURM_ARRAY_TASK_MIN: '0',
    SLURM_ARRAY_TASK_MAX: '1',
    SLURM_ARRAY_TASK_STEP: '1',
    SLURM_ARRAY_TASK_COUNT: '2',
  }
})
afterAll(() => folder[Symbol.asyncDispose]())

async function program(name: string, line: string): Promise<void> {
  const path = join(folder.path, 'bin', name)
  await writeFile(path, `#!/bin/sh\n${line}\n`)
  await chmod(path, 0o755)
}

const ended = ({ code, stderr, stdout }: CliResult) => ({ code, text: `${stdout}${stderr}`.slice(-1500) })

test('an array of Slurm queues itself anew before its time is up, and the merge after it makes the dataset; Kubernetes finds it there', async () => {
  const log = join(folder.path, 'slow.jsonl')
  await using teacher = await simulatedTeacher({ first_token_ms: 1500 }, log)
  const recipe = await writeRecipe(folder.path, smallRecipe(teacher.baseUrl, small))
  const array = startCommand('deploy/slurm-array.sh', [recipe], { cwd: folder.path, environment })
  const asked = async (): Promise<number> =>
    (await readFile(log, 'utf8').catch(() => '')).split('\n').length - 1
  while ((await asked()) < 4 && array.child.exitCode === null) await sleep(20)
  array.child.kill('SIGUSR1')
  expect(ended(await array.ended)).toMatchObject({
    code: 0,
    text: expect.stringContaining('worker 1 of 2') as unknown,
  })
  expect(await readFile(join(folder.path, 'requeued'), 'utf8')).toBe('requeue 70_1\n')
  const merge = await runCommand('deploy/slurm-merge.sh', [recipe], { cwd: folder.path, environment })
  expect(ended(merge)).toMatchObject({ code: 0, text: expect.stringContaining('wrote') as unknown })

  const { command, variables } = await container(recipe, join(folder.path, 'runs/small'))
  const [name, ...rest] = command
  const pod = await runCommand(join(folder.path, name!), rest, { cwd: folder.path, environment: variables })
  expect(ended(pod)).toMatchObject({
    code: 0,
    text: expect.stringMatching(/worker 0 of 8[^]*is up to date/) as unknown,
  })
})

test('with a vLLM server on the node the worker waits for it, asks it and ends it', async () => {
  const recipe = await writeRecipe(
    folder.path,
    {
      ...smallRecipe('', small),
      name: 'node',
      endpoints: { teacher: { base_url: '${TEACHER_URL}', dialect: 'vllm', local: true } },
    },
    'node.yaml',
  )
  const array = await runCommand('deploy/slurm-vllm.sh', [recipe, 'Qwen/Qwen3-8B'], {
    cwd: folder.path,
    environment,
  })
  expect(ended(array)).toMatchObject({ code: 0 })
  expect(await readdir(join(folder.path, 'runs/node'))).toContain('dataset')
  expect((await readFile(join(folder.path, 'vllm.jsonl'), 'utf8')).split('\n').length).toBeGreaterThan(32)
  const port = 20_000 + (Number(environment['SLURM_JOB_ID']) % 20_000)
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow('fetch failed')
})

/** What a pod of index 0 runs, with the recipe and the run folder of this test in the place of those of the volume. */
async function container(
  recipe: string,
  run: string,
): Promise<{ command: string[]; variables: Record<string, string> }> {
  const job = parse(await readFile(join(project, 'deploy/kubernetes-job.yaml'), 'utf8')) as unknown
  const found = at(job, 'spec', 'template', 'spec', 'containers', '0')
  const command = (at(found, 'command') as string[]).map((word) =>
    word.replace('/data/recipe.yaml', recipe).replace('/data/run', run),
  )
  const stated = (at(found, 'env') as { name: string; value?: string }[]).flatMap(({ name, value }) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return { command, variables: { ...Object.fromEntries(stated), JOB_COMPLETION_INDEX: '0' } }
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce(
    (inner, name) =>
      isObject(inner) || Array.isArray(inner) ? (inner as Record<string, unknown>)[name] : undefined,
    value,
  )
}
