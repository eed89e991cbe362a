import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import type { Mode } from '../../schemas/arm.ts'
import type { Probe, ReasoningPlace } from '../../schemas/probe.ts'
import { builtinItems } from '../../problems/builtin/builtin-problems.ts'
import { probeQuestions } from '../../teachers/probe/questions.ts'
import { ReplyShapeName } from '../../simulators/teacher/reply-shapes/reply-shape.ts'
import { startSimulatedTeacher } from '../../simulators/teacher/start.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Where each dialect of the simulated teacher puts reasoning. */
const placesOf: Record<ReplyShapeName, ReasoningPlace[]> = {
  vllm: ['reasoning'],
  reasoning_content: ['reasoning_content'],
  both: ['reasoning', 'reasoning_content'],
  field_and_tags: ['reasoning_content', 'think_tags'],
  inline: ['think_tags'],
  closing_tag_only: ['closing_tag'],
  reasoning_details: ['reasoning', 'reasoning_details'],
  harmony_raw: ['harmony'],
}

const problems = { builtin: { count: 4, seed: 1 } }

async function newFolder(): Promise<string> {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  return folder.path
}

async function probe(folder: string, recipe: RecipeTree) {
  const path = await writeRecipe(folder, recipe)
  const result = await runCli(['probe', path, '--json'], { cwd: folder })
  const lines = result.stdout.split('\n').filter((line) => line !== '')
  const probes = lines
    .map((line) => JSON.parse(line) as { type: string; data: Probe })
    .filter(({ type }) => type === 'probe')
  return { ...result, probes: Object.fromEntries(probes.map(({ data }) => [data.arm, data])) }
}

test('its questions are among those that every simulated teacher knows', () => {
  const known = [...builtinItems({ count: 64, seed: 1 })].map(({ problem }) => problem)
  for (const { prompt, answer } of Object.values(probeQuestions))
    expect(known.find((problem) => problem.prompt === prompt)?.answers).toEqual([answer])
})

test('every dialect of the simulated teacher is found out, as a stream and whole', async () => {
  const folder = await newFolder()
  const endpoints: RecipeTree = {}
  const arms: RecipeTree = {}
  for (const dialect of ReplyShapeName.options) {
    const models = ['Qwen/Qwen3-8B']
    const simulator = { dialect, models, length_scale: 0.2, spoil_scale: 0, context_length: 40_960 }
    const teacher = await startSimulatedTeacher({ simulator })
    onTestFinished(() => teacher.close())
    endpoints[dialect] = { base_url: teacher.baseUrl, dialect: 'vllm', stream: dialect.includes('_') }
    // The same model behind every server, and other servers are no other question: the revision says that they differ.
    const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', revision: dialect, endpoint: dialect }
    arms[`${dialect}.on`] = { ...arm, role: `${dialect}_on`, mode: 'thinking', max_tokens: 38_912 }
    arms[`${dialect}.off`] = { ...arm, role: `${dialect}_off`, mode: 'non_thinking' }
  }
  const { code, probes } = await probe(folder, { name: 'dialects', problems, endpoints, arms })
  for (const dialect of ReplyShapeName.options) {
    const streamed = { events: true, finish_reason: 'length', usage: true, done_mark: true }
    const shared = {
      usage: { given: true, names_reasoning: true },
      n: 'no_effect',
      seed: { same: true, other: true },
      top_k: 'taken',
      min_p: 'taken',
      context: { tokens: 40_960, from: 'server' },
      stream: dialect.includes('_') ? streamed : null,
      findings: [],
    }
    expect(probes[`${dialect}.on`]).toMatchObject({
      ...shared,
      reasoning: { state: 'reasoned', places: placesOf[dialect] },
      contract: { reasoning_in: placesOf[dialect], answer_in_reasoning: false },
      usage: { ...shared.usage, counts_reasoning: true },
      cut: { finish_reason: 'length', finish_state: 'cut_in_think' },
    })
    expect(probes[`${dialect}.off`]).toMatchObject({
      ...shared,
      // The final channel of raw harmony is a mark of its own and no reasoning.
      reasoning: { state: 'none', places: [] },
      contract: { reasoning_in: [], answer_in_reasoning: false },
      cut: { finish_reason: 'length', finish_state: 'cut_in_answer' },
    })
  }
  expect(code).toBe(0)
  const path = join(folder, 'recipe.yaml')
  const { stdout } = await runCli(['probe', path, '--arm', 'both.on'], { cwd: folder })
  expect(stdout).toMatch(/^reasoning +reasoning comes in reasoning and reasoning_content\s+read there/m)
  expect(stdout).toMatch(/^context +40,960 tokens\s+max_tokens 38,912 leaves 2,048 for the prompt/m)
  expect(stdout).not.toContain('inline')
})

test('a full probe stays within a budget, and leaves the question out that would fit into none', async () => {
  const folder = await newFolder()
  // It tells nobody its context, so that only a request beyond any could find it out.
  await using teacher = await scriptedEndpoint(() => 'It is \\boxed{4}.')
  const arm = { role: 'ift', teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher' }
  const endpoints = { teacher: { base_url: teacher.baseUrl, dialect: 'vllm', stream: true } }
  const recipe = { name: 'small', problems, endpoints, arms: { ift: arm }, budget: { tokens: 50_000 } }
  const { code, probes } = await probe(folder, recipe)
  expect(code).toBe(0)
  expect(probes['ift']).toMatchObject({ context: null, stream: { events: false }, depth: 'full' })
  const tight = await probe(folder, { ...recipe, budget: { tokens: 1000 } })
  expect(tight.code).toBe(3)
  expect(tight.stderr).toContain('the budget is used up')
})

type Asked = Record<string, unknown> & { model: string; max_tokens: number; seed?: number }

/** What each model of the scripted server does, by its name. */
function misbehave(asked: Asked, response: ServerResponse): void {
  const { model, seed = 0, max_tokens } = asked
  const send = (body: unknown, status = 200): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const refuse = (message: string, more: object = {}): void => send({ error: { message, ...more } }, 400)
  const refusal = contextRefusals[model]
  if (refusal !== undefined && max_tokens > 1_000_000) return send(refusal, 400)
  if (model === 'top_k_refused' && asked['top_k'] !== undefined)
    return refuse('Unrecognized request argument supplied: top_k', { code: 'unknown_parameter' })
  if (model === 'n_refused' && asked['n'] !== undefined) return refuse('n must be 1')
  const greedy = model === 'well' && (asked['top_k'] === 1 || asked['min_p'] === 1)
  const fixed = greedy || model === 'seed_ignored'
  const isShort = max_tokens < 100
  const said = `It is \\boxed{160}${isShort ? ` of seed ${fixed ? 0 : seed}` : '.'}`
  const thought = 'Let me see: 13 minus 4 is 9, times 12 is 108, and 60 more are 168, less 8 are 160.'
  const messages: Record<string, object> = {
    off_ignored: { content: said, reasoning_content: thought },
    answer_in_field: { content: null, reasoning_content: said },
  }
  const message = { role: 'assistant', ...(messages[model] ?? { content: said }) }
  const choice = { index: 0, message, finish_reason: isShort ? 'length' : 'stop' }
  const usage = { prompt_tokens: 40, completion_tokens: isShort ? max_tokens : 30 }
  const choices = model === 'well' && asked['n'] === 2 ? [choice, { ...choice, index: 1 }] : [choice]
  send({ id: 'a', model, choices, ...(model === 'usage_missing' ? {} : { usage }) })
}

const contextRefusals: Record<string, unknown> = {
  context_vllm: {
    error: {
      message:
        "'max_tokens' or 'max_completion_tokens' is too large: 100000000. This model's maximum context length is 4096 tokens and your request has 58 input tokens.",
      type: 'BadRequestError',
      code: 400,
    },
  },
  context_openai: {
    object: 'error',
    message: "This model's maximum context length is 4096 tokens. However, you requested 100000058 tokens.",
    code: 400,
  },
  context_sglang: {
    message: "Requested token count exceeds the model's maximum context length of 4096 tokens.",
  },
  context_llamacpp: {
    error: {
      code: 400,
      message: 'the request exceeds the available context size, try increasing it',
      type: 'exceed_context_size_error',
      n_ctx: 4096,
    },
  },
  context_ollama: { error: 'the input length exceeds the context length' },
}

async function misbehavingServer(): Promise<{ baseUrl: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    if (request.method === 'GET') response.writeHead(404).end()
    else void answer(request, response)
  })
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as Asked
    asked.push(body)
    misbehave(body, response)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked }
}

function offArm(model: string, mode: Mode = 'non_thinking'): RecipeTree {
  const sampling = { temperature: 0.7, top_k: 20 }
  return { role: model, teacher: 'generic', model, mode, endpoint: 'scripted', max_tokens: 2000, sampling }
}

test('every misbehaviour of a server is named, and what endangers a run ends with 1 unless it is accepted', async () => {
  const folder = await newFolder()
  const { baseUrl } = await misbehavingServer()
  const models = [
    'well',
    'off_ignored',
    'answer_in_field',
    'n_refused',
    'seed_ignored',
    'usage_missing',
    'top_k_refused',
    ...Object.keys(contextRefusals),
  ]
  // The dialect that does not send top_k: the arm of `top_k_refused` can be asked all the same.
  const recipe = {
    name: 'scripted',
    problems,
    endpoints: { scripted: { base_url: baseUrl, dialect: 'openai', max_in_flight: 8, retries: 0 } },
    arms: Object.fromEntries(models.map((model) => [model, offArm(model)])),
  }
  const { code, stderr, probes } = await probe(folder, recipe)
  const codes = (arm: string): string[] => probes[arm]!.findings.map((finding) => finding.code)
  expect(probes['well']).toMatchObject({
    n: 'taken',
    seed: { same: true, other: true },
    top_k: 'taken',
    reasoning: { state: 'none' },
    context: null,
    findings: [],
  })
  expect(probes['off_ignored']!.reasoning).toMatchObject({ state: 'reasoned', places: ['reasoning_content'] })
  expect(codes('off_ignored')).toEqual(['off_not_obeyed', 'top_k_ignored'])
  expect(probes['answer_in_field']!.contract).toEqual({ reasoning_in: [], answer_in_reasoning: true })
  expect(codes('answer_in_field')).toContain('answer_in_reasoning')
  expect(probes['n_refused']!.n).toBe('refused')
  expect(probes['seed_ignored']).toMatchObject({ seed: { other: false }, top_k: 'unknown' })
  expect(codes('seed_ignored')).toEqual(['seeds_alike'])
  expect(codes('usage_missing')).toContain('usage_missing')
  expect(probes['top_k_refused']!.top_k).toBe('refused')
  expect(codes('top_k_refused')).toEqual(['top_k_refused'])
  for (const name of ['vllm', 'openai', 'sglang', 'llamacpp'])
    expect(probes[`context_${name}`]!.context).toEqual({ tokens: 4096, from: 'refusal' })
  expect(probes['context_ollama']!.context).toBeNull()
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: a run would be in danger: arm off_ignored: thinking is off and it reasons/m)

  const accepted = await probe(folder, { ...recipe, generate: { probe: { accept: ['off_not_obeyed'] } } })
  expect(accepted.code).toBe(0)
})

test('a run asks nothing while off is not obeyed, looks again at every start, and goes on when told to', async () => {
  const folder = await newFolder()
  const { baseUrl, asked } = await misbehavingServer()
  const recipe = (generate: RecipeTree): Promise<string> =>
    writeRecipe(folder, {
      name: 'twins',
      problems,
      endpoints: { scripted: { base_url: baseUrl } },
      arms: { ift: { ...offArm('off_ignored'), role: 'ift' } },
      generate,
    })
  const distill = async (generate: RecipeTree = {}) =>
    runCli(['distill', await recipe(generate)], { cwd: folder })
  const samples = (): number => asked.filter(({ seed }) => seed !== 1).length

  const first = await distill()
  expect(first).toMatchObject({ code: 1 })
  expect(first.stderr).toMatch(
    /error: arm ift: thinking is off and it reasons.*nothing was asked.*accept: \[off_not_obeyed\]/,
  )
  const probed = asked.length
  await distill()
  expect({ probed, again: asked.length, samples: samples() }).toEqual({ probed: 3, again: 6, samples: 0 })

  expect(await distill({ probe: { accept: ['off_not_obeyed'] } })).toMatchObject({ code: 0 })
  expect(samples()).toBe(4)
  const ledger = await readFile(join(folder, 'runs/twins/ledger.json'), 'utf8')
  expect(ledger).not.toContain('quarantined')
})

test('what stands elsewhere after a change of the server is set aside and comes back without being asked again', async () => {
  const folder = await newFolder()
  const seeds: (number | null)[] = []
  const simulator = { length_scale: 0.2, spoil_scale: 0 }
  const start = (dialect: ReplyShapeName, port = 0) =>
    startSimulatedTeacher({
      simulator: { ...simulator, dialect },
      port,
      onRequest: ({ seed }) => seeds.push(seed),
    })
  const before = await start('reasoning_content')
  const { baseUrl } = before
  const probes = (): number => seeds.filter((seed) => seed === 1).length
  const samples = (): number => seeds.length - probes()
  const arm = { teacher: 'qwen3', model: 'Qwen/Qwen3-8B', endpoint: 'teacher' }
  const recipe = (count: number, changes: RecipeTree = {}, generate: RecipeTree = {}): Promise<string> =>
    writeRecipe(folder, {
      name: 'moved',
      problems: { builtin: { count: 12, seed: 1 } },
      endpoints: { teacher: { base_url: baseUrl, dialect: 'vllm' } },
      arms: {
        ift: { ...arm, role: 'ift', mode: 'non_thinking' },
        reasoning: { ...arm, role: 'reasoning', mode: 'thinking', samples: count, ...changes },
      },
      generate,
    })
  const distill = async (...given: Parameters<typeof recipe>) => {
    const result = await runCli(['distill', await recipe(...given)], { cwd: folder })
    expect(result).toMatchObject({ code: 0 })
    return result
  }
  const lost = async (): Promise<Record<string, number>> => {
    const { samples } = JSON.parse(await readFile(join(folder, 'runs/moved/ledger.json'), 'utf8')) as {
      samples: { stage: string; arm: string; lost: Record<string, number> }[]
    }
    return samples.find(({ stage, arm }) => stage === 'parsed' && arm === 'reasoning')!.lost
  }

  await distill(1)
  expect({ lost: await lost(), probes: probes(), samples: samples() }).toEqual({
    lost: {},
    probes: 5,
    samples: 24,
  })

  await before.close()
  const after = await start('inline', Number(new URL(baseUrl).port))
  onTestFinished(() => after.close())
  const changed = await distill(2)
  expect({ lost: await lost(), probes: probes(), samples: samples() }).toEqual({
    lost: { quarantined_reasoning_place: 12 },
    probes: 5,
    samples: 36,
  })
  expect(
    changed.stderr.match(/responses of a shard are set aside \(quarantined_reasoning_place\)/g),
  ).toHaveLength(1)

  await distill(2, { reasoning_in: ['reasoning_content', 'think_tags'] })
  expect({ lost: await lost(), samples: samples() }).toEqual({ lost: {}, samples: 36 })
  await distill(2)
  expect({ lost: await lost(), probes: probes() }).toEqual({
    lost: { quarantined_reasoning_place: 12 },
    probes: 5,
  })
  await distill(2, {}, { probe: 'never' })
  expect({ lost: await lost(), probes: probes() }).toEqual({ lost: {}, probes: 5 })

  // A probe that has grown old is made again when something is asked, and only then; both places are read from then on.
  const old = { probe: { max_age_hours: 1e-6 } }
  await distill(2, {}, old)
  expect({ lost: await lost(), probes: probes() }).toEqual({
    lost: { quarantined_reasoning_place: 12 },
    probes: 5,
  })
  const renewed = await distill(3, {}, old)
  expect(renewed.stderr).toContain('earlier answers stand in reasoning_content and are read there')
  expect({ lost: await lost(), probes: probes(), samples: samples() }).toEqual({
    lost: {},
    probes: 7,
    samples: 48,
  })
})
