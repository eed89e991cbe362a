import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerFaults } from '../../pipeline/ledger/check-ledger.ts'
import { readPart } from '../../store/parts/part.ts'
import { Ledger } from '../../schemas/ledger.ts'
import type { Trace } from '../../schemas/trace.ts'
import { writeRecipe } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const samples = 240
const perShard = 30

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof simulatedTeacher>>

beforeAll(async () => {
  folder = await temporaryFolder()
  teacher = await simulatedTeacher({}, join(folder.path, 'teacher.jsonl'))
})
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** One run folder for all policies, so that each finds the first answers of the one before. */
async function run(
  truncated: unknown,
  changes: { baseUrl?: string; name?: string } = {},
): Promise<CliResult> {
  const name = changes.name ?? 'cut'
  const recipe = await writeRecipe(folder.path, {
    name,
    problems: { builtin: { count: samples / 4, seed: 1 }, per_shard: perShard },
    endpoints: {
      teacher: { base_url: changes.baseUrl ?? teacher.baseUrl, dialect: 'vllm', max_in_flight: 16 },
    },
    generate: { probe: 'never' },
    arms: {
      reasoning: {
        role: 'reasoning',
        teacher: 'qwen3',
        model: 'Qwen/Qwen3-8B',
        endpoint: 'teacher',
        samples: 4,
        max_tokens: 3300,
        truncated,
      },
    },
  })
  return runCli(['distill', recipe], { cwd: folder.path })
}

async function requests(): Promise<number> {
  return (await readFile(join(folder.path, 'teacher.jsonl'), 'utf8')).split('\n').length - 1
}

async function ledgerOf(name = 'cut'): Promise<Ledger> {
  const ledger = Ledger.parse(
    JSON.parse(await readFile(join(folder.path, `runs/${name}/ledger.json`), 'utf8')),
  )
  expect(ledgerFaults(ledger)).toEqual([])
  return ledger
}

async function tracesOf(name = 'cut'): Promise<Map<string, Trace>> {
  const traces = new Map<string, Trace>()
  for (let shard = 0; shard < samples / 4 / perShard; shard++) {
    const rows = readPart(join(folder.path, `runs/${name}`), 'traces', shard)
    for await (const trace of rows) traces.set(trace.key, trace)
  }
  return traces
}

const isCut = ({ finish_state }: Trace): boolean => finish_state.startsWith('cut_')

test('cut answers are kept, asked again or continued, and the ledger says what that cost and brought', async () => {
  expect(await run('keep')).toMatchObject({ code: 0 })
  const [kept] = (await ledgerOf()).truncation
  const keptTraces = await tracesOf()
  expect(await requests()).toBe(samples)
  expect(kept).toMatchObject({ policy: 'keep', recovered: 0, further_requests: 0, tokens_further: 0 })
  const { cut } = kept!
  expect(cut / samples).toBeGreaterThan(0.1)
  expect(cut / samples).toBeLessThan(0.2)

  expect(await run('raise')).toMatchObject({ code: 0 })
  const raisedLedger = await ledgerOf()
  const [raised] = raisedLedger.truncation
  const raisedTraces = await tracesOf()
  expect(await requests()).toBe(samples + cut)
  expect(raised).toMatchObject({
    policy: 'raise',
    cut,
    further_requests: cut,
    tokens_first: kept!.tokens_first,
  })

  const continues = await run({ policy: 'continue', max_tokens: 6600, rounds: 1 })
  expect(continues).toMatchObject({ code: 0 })
  const continuedLedger = await ledgerOf()
  const [continued] = continuedLedger.truncation
  const continuedTraces = await tracesOf()
  expect(await requests()).toBe(samples + 2 * cut)
  expect(continued).toMatchObject({ policy: 'continue', cut, tokens_first: kept!.tokens_first })

  // The simulator writes the same text for the same seed: what was continued is what a higher limit gave.
  expect(continued!.recovered).toBe(raised!.recovered)
  expect(raised!.recovered).toBeGreaterThan(cut / 3)
  expect(continued!.tokens_further).toBeLessThan(raised!.tokens_further / 2)
  for (const [key, trace] of continuedTraces) {
    const [first, other] = [keptTraces.get(key)!, raisedTraces.get(key)!]
    expect(trace.finish_state).toBe(other.finish_state)
    expect([first.steps, other.steps, trace.steps]).toEqual(isCut(first) ? [1, 2, 2] : [1, 1, 1])
    expect([first.truncation, other.truncation, trace.truncation]).toEqual(
      isCut(first) ? ['kept', 'raised', 'continued'] : ['none', 'none', 'none'],
    )
    if (isCut(trace)) continue
    expect([trace.reasoning, trace.answer]).toEqual([other.reasoning, other.answer])
    expect(trace.usage.completion_tokens).toBeGreaterThanOrEqual(other.usage.completion_tokens!)
  }
  const spent = [raisedLedger, continuedLedger].map(({ spend }) => spend[0]!)
  expect(spent[0]!.completion_tokens - spent[1]!.completion_tokens).toBe(
    raised!.tokens_further - continued!.tokens_further,
  )
  expect(continues.stdout).toContain('cut off by max_tokens')
  const row = (each: typeof kept): string =>
    `${each!.policy.padEnd(9)} ${each!.cut} cut, ${each!.recovered} recovered, ${each!.still_cut} still cut, ${each!.further_requests} further requests, ${each!.tokens_further} further tokens`
  console.log([`${samples} samples`, row(kept), row(raised), row(continued)].join('\n'))

  // Back to the first policy: its answers are still there.
  expect(await run('keep')).toMatchObject({ code: 0 })
  expect(await requests()).toBe(samples + 2 * cut)
  expect(await tracesOf()).toEqual(keptTraces)
})

test('a raised limit that does not fit the context ends the chain with what was there', async () => {
  await using narrow = await simulatedTeacher({ context_length: 4000 }, join(folder.path, 'narrow.jsonl'))
  const { code, stdout } = await run('raise', { baseUrl: narrow.baseUrl, name: 'narrow' })
  expect({ code, stdout }).toMatchObject({ code: 0 })
  const [truncation] = (await ledgerOf('narrow')).truncation
  expect(truncation).toMatchObject({ recovered: 0, further_requests: truncation!.cut, tokens_further: 0 })
  const cut = [...(await tracesOf('narrow')).values()].filter(isCut)
  expect(cut).toHaveLength(truncation!.cut)
  for (const { truncation: state, steps, reasoning, error } of cut) {
    expect({ state, steps, error }).toEqual({ state: 'step_failed', steps: 2, error: '' })
    expect(reasoning).not.toBe('')
  }
})

test('a recipe that continues where the server cannot is refused before anything is asked', async () => {
  const recipe = await writeRecipe(
    folder.path,
    {
      name: 'refused',
      problems: { builtin: { count: 4 } },
      endpoints: { one: { base_url: 'http://127.0.0.1:1/v1', dialect: 'ollama' } },
      arms: { a: { role: 'a', teacher: 'qwen3', model: 'm', endpoint: 'one', truncated: 'continue' } },
    },
    'refused.yaml',
  )
  const { code, stderr } = await runCli(['distill', recipe], { cwd: folder.path })
  expect(code).toBe(2)
  expect(stderr).toContain(
    'servers of the dialect ollama do not continue a cut answer in mode thinking (vllm, sglang, llamacpp do)',
  )
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
