import { parseArgs } from 'node:util'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'

/*
 * One client process: asks for so many answers as a run does, and reports how long that took as one JSON line. What waited
 * at the server is counted in the second third of the answers.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    answers: { type: 'string' },
    /** `max_in_flight`. */
    max: { type: 'string' },
    /** `back_pressure`: true, false or ping. */
    pressure: { type: 'string' },
    dialect: { type: 'string' },
    stream: { type: 'boolean', default: false },
  },
})
const url = values.url!
const answers = Number(values.answers)
const client = openEndpoint(
  'bench',
  Endpoint.parse({
    base_url: `${url}/v1`,
    dialect: values.dialect,
    max_in_flight: Number(values.max),
    stream: values.stream,
    back_pressure: values.pressure === 'ping' ? 'ping' : values.pressure === 'true',
  }),
)
await fetch(`${url}/begin`)
const start = performance.now()
const asked: Promise<void>[] = []
let answered = 0
let seen: object = {}
for (let seed = 0; seed < answers; seed++) {
  await client.ready()
  asked.push(ask(seed))
}
await Promise.all(asked)
process.stdout.write(`${JSON.stringify({ ...seen, seconds: (performance.now() - start) / 1000 })}\n`)
await client.close()

async function ask(seed: number): Promise<void> {
  const content = `Question ${seed}: how many of the numbers up to a thousand are divisible by seven?`
  const request = { model: 'm', messages: [{ role: 'user' as const, content }], max_tokens: 100 }
  const result = await client.ask(request, { seed })
  if (!result.ok) throw new Error(result.message)
  answered += 1
  if (answered === Math.floor(answers / 3)) await fetch(`${url}/settled`)
  if (answered !== Math.floor((answers * 2) / 3)) return
  const { limit } = client.state()
  const stats = (await (await fetch(`${url}/stats`)).json()) as object
  seen = { ...stats, sent: limit }
}
