import { spawnSync } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { readPart } from '../../store/parts/part.ts'
import { isKnownReason } from '../../pipeline/stages/all-reasons.ts'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { defaultInstructions } from '../../verifiers/all-verifiers.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { Ledger } from '../../schemas/ledger.ts'
import type { Trace } from '../../schemas/trace.ts'
import type { SimulatorInput } from '../../simulators/teacher/options.ts'
import { startSimulatedTeacher } from '../../simulators/teacher/start.ts'
import { startLoopback } from '../teachers/support/loopback.ts'
import { writeTokenizer } from '../teachers/support/made-tokenizer.ts'
import { reasonsIn } from '../support/ledger-reasons.ts'
import { runCli } from '../support/run-cli.ts'
import { type RecipeTree, smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function setUp(simulator: SimulatorInput): Promise<{ baseUrl: string; folder: string }> {
  const folder = await temporaryFolder()
  const teacher = await startSimulatedTeacher({ simulator: { length_scale: 0.2, ...simulator } })
  onTestFinished(async () => {
    await teacher.close()
    await folder[Symbol.asyncDispose]()
  })
  return { baseUrl: teacher.baseUrl, folder: folder.path }
}

async function distill(folder: string, recipe: RecipeTree): ReturnType<typeof runCli> {
  const path = await writeRecipe(folder, recipe)
  return runCli(['distill', path, '--run', join(folder, 'run')], { cwd: folder })
}

async function tracesOf(folder: string, shards: number): Promise<Trace[]> {
  const traces: Trace[] = []
  for (let shard = 0; shard < shards; shard++)
    for await (const trace of readPart(join(folder, 'run'), 'traces', shard)) traces.push(trace)
  return traces
}

/** Long enough that a server could have cut it. */
const longInstructions = Object.fromEntries(
  Object.entries(defaultInstructions).map(([task, text]) => [
    task,
    `${'Check every step. '.repeat(150)}${text}`,
  ]),
)

const models = ['Qwen/Qwen3-8B']

test('what a server ignores, serves, cuts and does not count is told, and stands in the ledger', async () => {
  const faults = { usage_missing: 0.3, prompt_cut: 0.1, wrong_model: 0.3 }
  const { baseUrl, folder } = await setUp({ faults, models, spoil_scale: 0 })
  const dead = await startLoopback(() => undefined)
  await dead.close()
  const recipe = smallRecipe(baseUrl, { instructions: longInstructions, generate: { probe: 'never' } })
  const endpoint = { base_url: [baseUrl, dead.baseUrl], dialect: 'ollama', max_in_flight: 8 }
  const arm = { teacher: 'qwen3', model: models[0], endpoint: 'teacher', samples: 2 }
  const { code, stderr, stdout } = await distill(folder, {
    ...recipe,
    endpoints: { teacher: endpoint },
    arms: {
      ift: { ...arm, role: 'ift' },
      reasoning: { ...arm, role: 'reasoning' },
    },
  })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  for (const name of ['ift', 'reasoning']) {
    expect(timesIn(stderr, `arm ${name}: Ollama ignores top_k and min_p: they are not sent`)).toBe(1)
    expect(timesIn(stderr, `arm ${name}: the server says that another-model answered`)).toBe(1)
  }
  expect(stderr).toMatch(/warning: .*ECONNREFUSED.*it is set aside, 1 of 2 servers go on/u)
  expect(timesIn(stderr, dead.baseUrl)).toBe(1)
  expect(stdout).toMatch(/ift: \d+ of these tokens are estimates/u)

  const ledger = Ledger.parse(JSON.parse(await readFile(join(folder, 'run', 'ledger.json'), 'utf8')))
  expect(ledgerFaults(ledger)).toEqual([])
  expect(reasonsIn(ledger).filter((reason) => !isKnownReason(reason))).toEqual([])
  // Journal and parts count what the server leaves out, each for itself.
  const spent = ledger.spend.map((each) => each.prompt_tokens + each.completion_tokens)
  expect(ledger.total.tokens).toBe(sum(spent))
  const traces = await tracesOf(folder, 3)
  for (const { arm, estimated_tokens, prompt_tokens, completion_tokens } of ledger.spend) {
    const own = traces.filter((trace) => trace.arm === arm)
    const estimated = own.filter(({ billed }) => billed.estimated)
    expect(estimated_tokens).toBe(
      sum(estimated.map(({ billed }) => billed.prompt_tokens + billed.completion_tokens)),
    )
    expect(estimated_tokens).toBeGreaterThan(0)
    expect(prompt_tokens).toBe(sum(own.map(({ billed }) => billed.prompt_tokens)))
    expect(completion_tokens).toBe(sum(own.map(({ billed }) => billed.completion_tokens)))
    for (const { billed } of estimated) expect(billed.counted_with).toBe('characters / 2.95')
    const cut = own.filter(({ error }) =>
      error.startsWith('prompt_cut: the server read 4 tokens of a prompt'),
    )
    expect(cut.length).toBeGreaterThan(0)
    for (const { finish_state } of cut) expect(finish_state).toBe('api_error')
    const answered = ledger.samples.find((row) => row.arm === arm && row.stage === 'answered')!
    expect(answered.lost).toEqual({ prompt_cut: cut.length })
  }
})

test('a twin of DeepSeek-R1 with its reasoning prefilled away is labelled so wherever it goes, and counted as told', async () => {
  const model = 'deepseek-ai/DeepSeek-R1'
  const { baseUrl, folder } = await setUp({
    models: [model],
    dialect: 'closing_tag_only',
    faults: { usage_missing: 0.3 },
  })
  await writeTokenizer(folder)
  const arm = { teacher: 'deepseek-r1', model, endpoint: 'teacher', samples: 2 }
  const { code, stderr } = await distill(folder, {
    ...smallRecipe(baseUrl),
    arms: {
      ift: { ...arm, role: 'ift', switch: 'prefilled_empty', tokenizer: 'tokenizer.json' },
      reasoning: { ...arm, role: 'reasoning' },
    },
  })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  for (const trace of await tracesOf(folder, 3)) {
    expect(trace.switch).toBe(trace.arm === 'ift' ? 'prefilled_empty' : 'native')
    if (trace.arm === 'ift') expect(trace.reasoning).toBe('')
    const by = trace.arm === 'ift' ? /^tokenizer\.json@[0-9a-f]{12}$/u : /^characters \/ 3\.16$/u
    expect(trace.billed.counted_with).toMatch(trace.billed.estimated ? by : /^server$/u)
  }
  const dataset = join(folder, 'run', 'dataset')
  const shard = join(dataset, 'data', 'ift', 'train-00000-of-00001.parquet')
  for await (const row of readParquetRows(shard, { columns: ['switch', 'mode'] }))
    expect(row).toEqual({ switch: 'prefilled_empty', mode: 'non_thinking' })
  expect(await readFile(join(dataset, 'README.md'), 'utf8')).toContain('`prefilled_empty`')
})

test('a tokenizer that is none is refused before anything is asked or written', async () => {
  const { baseUrl, folder } = await setUp({ models })
  const recipe = smallRecipe(baseUrl)
  const arms = recipe['arms'] as Record<string, RecipeTree>
  const { code, stderr } = await distill(folder, {
    ...recipe,
    arms: { ...arms, ift: { ...arms['ift'], tokenizer: 'nowhere/tokenizer.json' } },
  })
  expect(code).toBe(2)
  expect(stderr).toContain('the tokenizer nowhere/tokenizer.json cannot be used: there is no such file')
  await expect(access(join(folder, 'run'))).rejects.toThrow('ENOENT')
})

test('more connections than the process may open are refused before anything is asked', async () => {
  const { baseUrl, folder } = await setUp({ models })
  const recipe = smallRecipe(baseUrl)
  const endpoint = { base_url: [baseUrl, 'http://127.0.0.1:1/v1'], dialect: 'vllm', max_in_flight: 200 }
  const path = await writeRecipe(folder, { ...recipe, endpoints: { teacher: endpoint } })
  const cli = fileURLToPath(new URL('../../pipeline/cli.ts', import.meta.url))
  const script = 'ulimit -n 400 && exec "$0" "$1" distill "$2" --run "$3"'
  const args = ['-c', script, process.execPath, cli, path, join(folder, 'run')]
  const { status, stderr } = spawnSync('sh', args, { cwd: folder, encoding: 'utf8' })
  expect(stderr).toMatch(/need 656 open files, and this process may open 400: run `ulimit -n 656`/u)
  expect(status).toBe(2)
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function timesIn(text: string, part: string): number {
  return text.split(part).length - 1
}
