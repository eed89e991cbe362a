import process from 'node:process'
import { Command, CommanderError } from 'commander'
import { TwinstillError } from '../schemas/errors.ts'
import type { CommandIo } from './commands/io.ts'
import { runStages, type RunCommand } from './commands/run-stages.ts'
import { showSample } from './commands/sample.ts'
import { showStatus } from './commands/status.ts'
import { createJsonReporter } from './report/json-reporter.ts'
import { createTextReporter } from './report/text-reporter.ts'
import { version } from './version.ts'

const now = (): number => Date.now()

const runCommands: Record<RunCommand, string> = {
  distill: 'all stages: from the problems to the dataset; a second start does only what is missing',
  problems: 'read the problem set and cut it into shards',
  generate: 'ask the teachers for every sample that is missing',
  verify: 'check every answer against its reference',
  filter: 'decide which samples may stay, with every reason',
  pair: 'choose the trace of every arm for each problem',
  write: 'write the dataset: Parquet shards, card, manifest',
}

function createProgram(): Command {
  const program = new Command('twinstill')
    .description('Distils paired instruction and reasoning datasets from teacher models.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
  for (const [name, description] of Object.entries(runCommands)) {
    withCommonOptions(program.command(name).description(description))
      .option('--strict', 'end the run at the first bad row of the problem set', false)
      .action((recipe: string, options: { run?: string; json: boolean; strict: boolean }) =>
        runStages(name as RunCommand, recipe, options, createIo(options.json)),
      )
  }
  withCommonOptions(
    program.command('status').description('the ledger of a run and what is still to do'),
  ).action((recipe: string, options: { run?: string; json: boolean }) =>
    showStatus(recipe, options, createIo(options.json)),
  )
  withCommonOptions(program.command('sample').description('print pairs of the dataset side by side'))
    .option('-n, --count <number>', 'how many pairs', wholeNumber, 3)
    .option('--seed <number>', 'another seed, other pairs', wholeNumber, 0)
    .option('--id <pair_id>', 'this pair, or the first whose id begins so')
    .option('--full', 'do not shorten long traces', false)
    .action((recipe: string, options: Parameters<typeof showSample>[1] & { json: boolean }) =>
      showSample(recipe, options, createIo(options.json)),
    )
  return program
}

function withCommonOptions(command: Command): Command {
  return command
    .argument('<recipe>', 'path of a YAML recipe, for example recipes/quickstart.yaml')
    .option('--run <folder>', 'run folder (default: runs/<recipe name>)')
    .option('--json', 'JSON lines on stdout instead of text', false)
}

function createIo(json: boolean): CommandIo {
  return {
    environment: process.env,
    cwd: process.cwd(),
    reporter: json
      ? createJsonReporter(process.stdout, now)
      : createTextReporter(process.stderr, process.stdout, now),
    stdin: process.stdin,
    stdout: process.stdout,
    now,
    random: Math.random,
  }
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0)
    throw new CommanderError(2, 'twinstill.number', `error: ${JSON.stringify(text)} is not a whole number`)
  return number
}

try {
  await createProgram().parseAsync()
} catch (error) {
  if (error instanceof TwinstillError) {
    process.stderr.write(`error: ${error.message}\n`)
    process.exitCode = error.exitCode
  } else if (error instanceof CommanderError) {
    // Commander has printed its message; help and version end well, everything else is bad usage.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else throw error
}
