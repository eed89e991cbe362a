import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { UsageError } from '../../schemas/errors.ts'
import { FaultName, SimulatorOptions } from './options.ts'
import { ReplyShapeName } from './reply-shapes/reply-shape.ts'
import { SpoilRates } from './spoils/spoil-options.ts'
import { startSimulatedTeacher } from './start.ts'

type Flags = {
  port: number
  host: string
  log?: string
  seed?: number
  dialect?: string
  options?: string
}

const program = new Command('simulated-teacher')
  .description('A teacher that answers the built-in problems over the OpenAI chat-completions protocol.')
  .option('--port <number>', 'TCP port, 0 for a free one', wholeNumber, 8000)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--log <file>', 'append one JSON line per request')
  .option('--seed <number>', 'another seed gives other texts, errors and faults', wholeNumber)
  .option('--dialect <name>', `where the reasoning goes: ${ReplyShapeName.options.join(', ')}`)
  .option('--options <json>', 'any of the simulator options as JSON, or @FILE that holds it')
  .addHelpText('after', help)
  .action(run)

await program.parseAsync()

function help(): string {
  const rates = Object.entries(SpoilRates.parse({})).map(([name, rate]) => `${name} ${rate}`)
  return `
What is wrong with an answer, as a probability for each ("rates", with the defaults):
${listed(rates)}

What is wrong with a response ("faults", all 0 unless given):
${listed(FaultName.options)}

  npm run teacher -- --options '{"rates": {"wrong_answer": 0.3}, "faults": {"http_429": 0.05}}'`
}

function listed(names: readonly string[]): string {
  const lines: string[] = []
  for (const name of names) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + name.length < 78) lines.push(`${lines.pop()!}, ${name}`)
    else lines.push(`  ${name}`)
  }
  return lines.join(',\n')
}

async function run(flags: Flags): Promise<void> {
  try {
    await serve(flags)
  } catch (error) {
    const { message } = error as Error
    // A process that started the teacher as a child reports the mistake itself.
    if (process.send && error instanceof UsageError) process.send({ mistake: message })
    else process.stderr.write(`${message}\n`)
    process.disconnect?.()
    process.exitCode = error instanceof UsageError ? error.exitCode : 1
  }
}

async function serve(flags: Flags): Promise<void> {
  const teacher = await startSimulatedTeacher({
    simulator: readOptions(flags),
    port: flags.port,
    host: flags.host,
    ...(flags.log === undefined ? {} : { log: flags.log }),
  })
  let closing = false
  function stop(): void {
    if (closing) return
    closing = true
    void teacher.close().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // A child whose parent has died has no one left to answer.
  process.on('disconnect', stop)
  process.stdout.write(`${teacher.baseUrl}\n`)
  process.send?.({ url: teacher.baseUrl })
}

function readOptions(flags: Flags): SimulatorOptions {
  const { options } = flags
  let stated: unknown = {}
  if (options !== undefined) {
    try {
      stated = JSON.parse(options.startsWith('@') ? readFileSync(options.slice(1), 'utf8') : options)
    } catch (error) {
      throw new UsageError(`--options wants JSON or @FILE, not ${options}: ${(error as Error).message}`)
    }
  }
  const { seed, dialect } = flags
  const parsed = SimulatorOptions.safeParse({
    ...(stated as object),
    ...(seed === undefined ? {} : { seed }),
    ...(dialect === undefined ? {} : { dialect }),
  })
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error).replaceAll('\n', ' '))
  return parsed.data
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
