import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Arm, Effort, Mode, Switch } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import { buildRequest } from '../../teachers/request/build-request.ts'
import { type DialectName, dialectNames } from '../../teachers/dialects/registry.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { families } from '../../teachers/families/registry.ts'
import { resolveArm } from '../../teachers/request/resolve-arm.ts'
import { ChatBody } from '../../simulators/teacher/chat-body.ts'
import { SimulatorOptions } from '../../simulators/teacher/options.ts'
import { ReplyShapeName as Shape } from '../../simulators/teacher/reply-shapes/reply-shape.ts'
import { problemIndex } from '../../simulators/teacher/problem-index.ts'
import { builtinItems } from '../../problems/builtin/builtin-problems.ts'
import { type SimulatedTeacher, startSimulatedTeacher } from '../../simulators/teacher/start.ts'
import { teach } from '../../simulators/teacher/teacher.ts'
import { modesOf, type Family } from '../../teachers/families/family.ts'
import { type Received, startLoopback } from '../teachers/support/loopback.ts'
import { isServed, modelOf, shapesOf, statedSwitch } from './server-shapes.ts'

/*
 * Every family, asked through every dialect in every mode and effort that it has: the request on the wire is the one in
 * the snapshot, and whatever shape the dialect's servers answer in, streamed or not, the reasoning and the answer that
 * come out are those that the simulated teacher wrote. What it wrote is known from calling its writer in this process,
 * which knows nothing of shapes.
 */

type Case = {
  family: string
  dialect: DialectName
  mode: Mode
  effort: Effort | null
  switch: Switch
  name: string
}

/** Families that stand for the ways in which models mark their reasoning. */
const readEverywhere = new Set(['gpt-oss', 'deepseek-r1', 'deepseek-v3', 'qwen3', 'nemotron', 'generic'])

const cases: Case[] = families.flatMap((teacher) =>
  waysOf(teacher).flatMap(({ mode, effort, switch: how }) =>
    dialectNames
      .filter((dialect) => isServed(teacher.name, dialect))
      .map((dialect) => {
        const words = [teacher.name, dialect, mode, effort, how === 'native' ? null : how]
        const name = words.filter((part) => part !== null).join(' ')
        return { family: teacher.name, dialect, mode, effort, switch: how, name }
      }),
  ),
)
const options = SimulatorOptions.parse({ spoil_scale: 0, length_scale: 0.2, problems: { seed: 1, limit: 8 } })
const known = problemIndex(options.problems)
const [item] = builtinItems({ count: 1, seed: 1 })
const question = `${item!.problem.prompt}\n\nPlease reason step by step, and put your final answer within \\boxed{}.`
const seed = 7

const able = cases.filter((each) => requestOf(each) !== undefined)
const refused = cases.filter((each) => requestOf(each) === undefined)

const servers = new Map<Shape, SimulatedTeacher>()
beforeAll(async () => {
  for (const dialect of Shape.options)
    servers.set(dialect, await startSimulatedTeacher({ simulator: { ...options, dialect } }))
})
afterAll(async () => {
  for (const server of servers.values()) await server.close()
})

describe.each(able)('$name', (each) => {
  test('asks for it in the words of the server', async () => {
    const { received, read } = await ask(each, {
      shape: shapesOf(each.dialect, each.family)[0] ?? 'vllm',
      stream: false,
    })
    expect(received.body).toMatchSnapshot()
    // Servers drop a reasoning field of another version than theirs from the history without a word, so none is sent.
    for (const message of received.body['messages'] as object[])
      expect(Object.keys(message)).toEqual(['role', 'content'])
    expect(read.finish_state).toBe('complete')
  })

  test.each(
    shapesToRead(each).flatMap((shape) => [
      { shape, stream: false, how: 'at once' },
      { shape, stream: true, how: 'as a stream' },
    ]),
  )('reads $shape $how', async ({ shape, stream }) => {
    const { received, read } = await ask(each, { shape, stream })
    const body = ChatBody.parse(received.body)
    const { reply, stance } = teach(body, (body.max_tokens ?? body.max_completion_tokens)!, options, known)
    // A model whose turn is begun for it does not know that it does not reason.
    expect(stance.mode).toBe(each.switch === 'prefilled_empty' ? 'thinking' : each.mode)
    expect(read).toMatchObject({
      reasoning: reply.reasoning,
      answer: reply.content,
      finish_state: 'complete',
      served_model: armOf(each).model,
    })
    expect(statesOf(each)).toContain(read.reasoning_state)
    expect(reply.content).not.toBe('')
  })
})

test.each(refused)('$name is refused before anything is sent, with the dialects that can', (each) => {
  expect(() => buildRequest(armOf(each), each.dialect, question)).toThrow(UsageError)
  const can = able.filter(
    ({ family, mode, effort, switch: how }) =>
      family === each.family && mode === each.mode && effort === each.effort && how === each.switch,
  )
  for (const { dialect } of can)
    expect(() => buildRequest(armOf(each), each.dialect, question)).toThrow(dialect)
})

test('the table of what each dialect can ask each family for', () => {
  const table = formatTable()
  console.log(table)
  expect(table).toMatchSnapshot()
})

/**
 * The shapes that an answer is read in. They do not hang on the family but by its own marks, so that most families are
 * read as one dialect sends them; the request is looked at for each.
 */
function shapesToRead({ family, dialect }: Case): readonly Shape[] {
  const shapes = shapesOf(dialect, family)
  return readEverywhere.has(family) || dialect === 'vllm' ? shapes : []
}

/** Every mode of a family with every effort and every switch that leads to it. */
function waysOf(teacher: Family): Pick<Case, 'mode' | 'effort' | 'switch'>[] {
  const native = modesOf(teacher).flatMap((mode) => {
    const efforts = mode === 'thinking' && teacher.efforts.length > 0 ? teacher.efforts : [null]
    return efforts.map((effort) => ({ mode, effort, switch: 'native' as const }))
  })
  const { thinkingSwitch, thinkOpenedBy } = teacher
  const soft =
    thinkingSwitch.kind === 'template_flag' && thinkingSwitch.soft !== undefined
      ? modesOf(teacher).map((mode) => ({ mode, effort: null, switch: 'soft' as const }))
      : []
  const prefilled =
    thinkOpenedBy === undefined
      ? []
      : [{ mode: 'non_thinking' as const, effort: null, switch: 'prefilled_empty' as const }]
  return [...native, ...soft, ...prefilled]
}

/** After `/no_think` the model still opens and closes a block, which a parser of the server may take off. */
function statesOf(each: Case): string[] {
  if (each.mode === 'thinking') return ['reasoned']
  return each.switch === 'soft' ? ['none', 'empty_think_block'] : ['none']
}

function armOf({ family, mode, effort, switch: how }: Case): Arm {
  return resolveArm('arm', {
    role: mode === 'thinking' ? 'reasoning' : 'ift',
    teacher: family,
    model: modelOf(family),
    endpoint: 'server',
    mode,
    switch: how,
    ...(effort === null ? {} : { effort }),
    extra_body: statedSwitch(family, mode),
  })
}

function requestOf(each: Case): ReturnType<typeof buildRequest> | undefined {
  try {
    return buildRequest(armOf(each), each.dialect, question)
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}

/** Asks through a relay that keeps the request as it came over the wire. */
async function ask(
  each: Case,
  { shape, stream }: { shape: Shape; stream: boolean },
): Promise<{ received: Received; read: ReturnType<typeof readAnswer> }> {
  const { baseUrl } = servers.get(shape)!
  const relay = await startLoopback(async (response, _index, request) => {
    const answer = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(request.body),
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) response.write(bytes)
    response.end()
  })
  // What is looked at is the question, so nobody asks the server about its queue.
  const endpoint = Endpoint.parse({
    base_url: relay.baseUrl,
    dialect: each.dialect,
    stream,
    retries: 0,
    back_pressure: false,
  })
  const client = openEndpoint('server', endpoint)
  try {
    const result = await client.ask(requestOf(each)!, { seed })
    if (!result.ok) throw new Error(`${result.code}: ${result.message}`)
    expect(relay.received).toHaveLength(1)
    expect(relay.received[0]!.body['stream'] === true).toBe(stream)
    return { received: relay.received[0]!, read: readAnswer(result.body, each) }
  } finally {
    await client.close()
  }
}

function formatTable(): string {
  const lines = [
    ['', ...dialectNames],
    ...families.map(({ name }) => [name].concat(dialectNames.map((dialect) => cellOf(name, dialect)))),
  ]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `on` and `off` are the modes; `–` is a mode that the model does not have; `soft` and `prefilled` are other ways to off. */
function cellOf(family: string, dialect: DialectName): string {
  const here = cases.filter((each) => each.family === family && each.dialect === dialect)
  if (!isServed(family, dialect)) return ''
  const modes = (['thinking', 'non_thinking'] as const).map((mode) => {
    const ofMode = here.filter((each) => each.switch === 'native' && each.mode === mode)
    const word = mode === 'thinking' ? 'on' : 'off'
    if (ofMode.length === 0) return `${word} –`
    const can = ofMode.filter((each) => able.includes(each))
    if (can.length === 0) return `${word} refused`
    const efforts = can.length < ofMode.length ? ` (${can.map(({ effort }) => effort).join(', ')})` : ''
    return `${word} ok${efforts}`
  })
  const others = able.filter(
    (each) => here.includes(each) && each.switch !== 'native' && each.mode === 'non_thinking',
  )
  return [...modes, ...others.map((each) => each.switch.replace('_empty', ''))].join(' ')
}
