import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { UsageError } from '../../schemas/errors.ts'
import { hubFaults } from './faults/registry.ts'
import { defaultToken, FaultPlanJson } from './options.ts'
import type { FaultPlan } from './options.ts'
import { startHub } from './start.ts'
import type { Hub } from './start.ts'

type Flags = {
  port: number
  objectsPort: number
  folder: string
  token: string
  faults?: string
  log?: string
  xet: boolean
}

const program = new Command('hub')
  .description(
    'A local Hugging Face Hub: push datasets to it and load them, without an account or a network.',
  )
  .option('--port <number>', 'TCP port of the Hub, 0 for a free one', wholeNumber, 5055)
  .option('--objects-port <number>', 'TCP port of its object store, 0 for a free one', wholeNumber, 0)
  .option('--folder <path>', 'where repositories and objects are kept between starts', 'runs/hub')
  .option('--token <text>', 'the token that may write everywhere', defaultToken.token)
  .option('--faults <json>', 'faults to play, as a JSON list or @FILE that holds it')
  .option('--log <file>', 'append one JSON line per request')
  .option('--xet', 'let clients upload in the Xet protocol', false)
  .addHelpText(
    'after',
    `\nFaults:\n${hubFaults.map(({ name, does }) => `  ${name.padEnd(20)} ${does}`).join('\n')}`,
  )
  .action(run)

await program.parseAsync()

async function run(flags: Flags): Promise<void> {
  try {
    await serve(flags)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof UsageError) process.exitCode = error.exitCode
    else if (code === 'EADDRINUSE') process.exitCode = 1
    else throw error
    process.stderr.write(`${(error as Error).message}\n`)
  }
}

async function serve(flags: Flags): Promise<void> {
  if (!flags.token.startsWith('hf_')) {
    throw new UsageError('--token wants a text that starts with hf_, because the clients refuse any other')
  }
  const folder = resolve(flags.folder)
  const hub = await startHub({
    folder,
    port: flags.port,
    objectsPort: flags.objectsPort,
    tokens: [{ ...defaultToken, token: flags.token }],
    faults: readFaults(flags.faults),
    xet: flags.xet,
    ...(flags.log === undefined ? {} : { logFile: flags.log }),
  })
  let closing = false
  function stop(): void {
    if (closing) return
    closing = true
    void hub.close().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // A child whose parent has died has no one left to answer.
  process.on('disconnect', stop)
  process.stdout.write(`${hub.url}\n`)
  process.stderr.write(guide(hub, folder))
  process.send?.({ url: hub.url, objectsUrl: hub.objectsUrl })
}

function guide(hub: Hub, folder: string): string {
  return `A local Hugging Face Hub listens at ${hub.url} and keeps everything in ${folder}.

  export HF_ENDPOINT=${hub.url}
  export HF_TOKEN=${hub.token}

Set both in another terminal. Then publish a finished run, here that of the quickstart, and load it:

  npm run push -- recipes/quickstart.yaml --repo demo-org/pairs --create
  python -c 'from datasets import load_dataset; print(load_dataset("demo-org/pairs", "pairs", split="train"))'

Every client that reads HF_ENDPOINT works, \`hf upload\` for one; a recipe reads problems from it with
\`problems: {hub: demo-org/pairs, config: pairs}\`.

Ctrl-C ends it.
`
}

function readFaults(text: string | undefined): FaultPlan[] {
  if (text === undefined) return []
  let value: unknown
  try {
    value = JSON.parse(text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text)
  } catch (error) {
    throw new UsageError(`--faults wants a JSON list or @FILE, not ${text}: ${(error as Error).message}`)
  }
  const parsed = z.array(FaultPlanJson).safeParse(value)
  if (!parsed.success) throw new UsageError(z.prettifyError(parsed.error).replaceAll('\n', ' '))
  return parsed.data
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
