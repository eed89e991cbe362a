import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Arm, Effort, Mode } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import { buildRequest } from '../../teachers/build-request.ts'
import { type DialectName, dialectNames } from '../../teachers/dialects/registry.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint.ts'
import { readAnswer } from '../../teachers/read-answer.ts'
import { teachers } from '../../teachers/registry.ts'
import { resolveArm } from '../../teachers/resolve-arm.ts'
import { ChatBody } from '../../teachers/simulated/chat-body.ts'
import { DialectName as Shape, SimulatorOptions } from '../../teachers/simulated/options.ts'
import { problemIndex } from '../../teachers/simulated/problem-index.ts'
import { builtinItems } from '../../teachers/simulated/problem-set/builtin-problems.ts'
import { type SimulatedTeacher, startSimulatedTeacher } from '../../teachers/simulated/start.ts'
import { teach } from '../../teachers/simulated/teacher.ts'
import { modesOf } from '../../teachers/teacher.ts'
import { type Received, startLoopback } from '../teachers/support/loopback.ts'
import { familyModels, shapesOf, statedSwitch } from './server-shapes.ts'

/*
 * Every family, asked through every dialect in every mode and effort that it has: the request on the wire is the one in
 * the snapshot, and whatever shape the dialect's servers answer in, streamed or not, the reasoning and the answer that
 * come out are those that the simulated teacher wrote. What it wrote is known from calling its writer in this process,
 * which knows nothing of shapes.
 */

type Case = { family: string; dialect: DialectName; mode: Mode; effort: Effort | null; name: string }

const cases: Case[] = teachers.flatMap((teacher) =>
  modesOf(teacher).flatMap((mode) => {
    const efforts = mode === 'thinking' && teacher.efforts.length > 0 ? teacher.efforts : [null]
    return efforts.flatMap((effort) =>
      dialectNames.map((dialect) => {
        const name = [teacher.name, dialect, mode, effort].filter((part) => part !== null).join(' ')
        return { family: teacher.name, dialect, mode, effort, name }
      }),
    )
  }),
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
      shape: shapesOf(each.dialect, each.family)[0]!,
      stream: false,
    })
    expect(received.body).toMatchSnapshot()
    expect(read.finish_state).toBe('complete')
  })

  test.each(
    shapesOf(each.dialect, each.family).flatMap((shape) => [
      { shape, stream: false, how: 'at once' },
      { shape, stream: true, how: 'as a stream' },
    ]),
  )('reads $shape $how', async ({ shape, stream }) => {
    const { received, read } = await ask(each, { shape, stream })
    const body = ChatBody.parse(received.body)
    const { reply, stance } = teach(body, body.max_tokens!, options, known)
    expect(stance.mode).toBe(each.mode)
    expect(read).toMatchObject({
      reasoning: reply.reasoning,
      answer: reply.content,
      reasoning_state: each.mode === 'thinking' ? 'reasoned' : 'none',
      finish_state: 'complete',
      served_model: familyModels[each.family]!.model,
    })
    expect(reply.content).not.toBe('')
  })
})

test.each(refused)('$name is refused before anything is sent, with the dialects that can', (each) => {
  expect(() => buildRequest(armOf(each), each.dialect, question)).toThrow(UsageError)
  const can = able.filter(({ family, mode }) => family === each.family && mode === each.mode)
  for (const { dialect } of can)
    expect(() => buildRequest(armOf(each), each.dialect, question)).toThrow(dialect)
})

test('the table of what each dialect can ask each family for', () => {
  const table = formatTable()
  console.log(table)
  expect(table).toMatchSnapshot()
})

function armOf({ family, mode, effort }: Case): Arm {
  return resolveArm('arm', {
    role: mode === 'thinking' ? 'reasoning' : 'ift',
    teacher: family,
    model: familyModels[family]!.model,
    endpoint: 'server',
    mode,
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
  const endpoint = Endpoint.parse({ base_url: relay.baseUrl, dialect: each.dialect, stream, retries: 0 })
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
  const families = teachers.map(({ name }) => name)
  const width = Math.max(...families.map((name) => name.length))
  const rows = families.map((family) => {
    const cells = dialectNames.map((dialect) => cellOf(family, dialect).padEnd(18))
    return `${family.padEnd(width)}  ${cells.join(' ')}`.trimEnd()
  })
  const head = `${''.padEnd(width)}  ${dialectNames.map((name) => name.padEnd(18)).join(' ')}`
  return [head.trimEnd(), ...rows].join('\n')
}

/** `on` and `off` are the modes; `–` is a mode that the model does not have. */
function cellOf(family: string, dialect: DialectName): string {
  const modes = (['thinking', 'non_thinking'] as const).map((mode) => {
    const ofMode = cases.filter(
      (each) => each.family === family && each.dialect === dialect && each.mode === mode,
    )
    const word = mode === 'thinking' ? 'on' : 'off'
    if (ofMode.length === 0) return `${word} –`
    return `${word} ${ofMode.every((each) => able.includes(each)) ? 'ok' : 'refused'}`
  })
  return modes.join(' ')
}
