import process from 'node:process'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { TwinstillError } from '../schemas/errors.ts'
import type { GradeOptions } from './commands/grade.ts'
import type { InspectOptions } from './commands/inspect.ts'
import type { CommandIo } from './commands/io.ts'
import type { PushCommandOptions } from './commands/push.ts'
import type { ProbeCommandOptions } from './commands/probe.ts'
import type { SampleOptions } from './commands/sample.ts'
import { createJsonReporter } from './reporter/json-reporter.ts'
import { stageEntries } from './stages/registry.ts'
import { printable } from './reporter/printable.ts'
import { createTextReporter } from './reporter/text-reporter.ts'
import { version } from '../schemas/version.ts'

const now = (): number => Date.now()

const runCommands = [
  {
    name: 'distill',
    describe: 'all stages: from the problems to the dataset; a second start does only what is missing',
  },
  ...stageEntries,
]

/** Each command's code is loaded when it is called: grading a file needs neither teachers nor Parquet. */
function createProgram(): Command {
  const program = new Command('twinstill')
    .description('Distils paired instruction and reasoning datasets from teacher models.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
  for (const { name, describe } of runCommands) {
    withCommonOptions(program.command(name).description(describe))
      .option('--strict', 'end the run at the first bad row of the problem set', false)
      .action(async (recipe: string, options: { run?: string; json: boolean; strict: boolean }) => {
        const { runStages } = await import('./commands/run-stages.ts')
        await runStages(name, recipe, options, createIo(options.json))
      })
  }
  withCommonOptions(
    program
      .command('probe')
      .description(
        'find out what each endpoint does: where reasoning comes back, whether off is obeyed, its limits',
      ),
  )
    .option('--arm <names...>', 'only these arms')
    .action(async (recipe: string, options: ProbeCommandOptions & { json: boolean }) => {
      const { probeEndpoints } = await import('./commands/probe.ts')
      await probeEndpoints(recipe, options, createIo(options.json))
    })
  withCommonOptions(
    program.command('status').description('the ledger of a run and what is still to do'),
  ).action(async (recipe: string, options: { run?: string; json: boolean }) => {
    const { showStatus } = await import('./commands/status.ts')
    await showStatus(recipe, options, createIo(options.json))
  })
  withCommonOptions(program.command('sample').description('print pairs of the dataset side by side'))
    .option('-n, --count <number>', 'how many pairs', wholeNumber, 3)
    .option('--seed <number>', 'another seed, other pairs', wholeNumber, 0)
    .option('--id <pair_id>', 'this pair, or the first whose id begins so')
    .option('--full', 'do not shorten long traces', false)
    .action(async (recipe: string, options: SampleOptions & { json: boolean }) => {
      const { showSample } = await import('./commands/sample.ts')
      await showSample(recipe, options, createIo(options.json))
    })
  addBatchCommands(program)
  withCommonOptions(
    program
      .command('push')
      .description('publish the dataset to the Hugging Face Hub (HF_TOKEN, HF_ENDPOINT)'),
  )
    .option('--repo <org/name>', 'dataset repository (default: `push.repo` of the recipe)')
    .option('--create', 'make the repository if there is none', false)
    .option('--private', 'make it a private one')
    .option('--branch <name>', 'publish to this branch, made from main if there is none')
    .option('--pr', 'open a pull request instead', false)
    .option('--message <text>', 'title of the commit')
    .option('--dry-run', 'list files, bytes and commits; send nothing', false)
    .option(
      '--xet',
      'upload in the Xet protocol: less to send where much is there already, more memory',
      false,
    )
    .option('--no-verify', 'do not read back what was published')
    .action(async (recipe: string, options: PushCommandOptions & { json: boolean }) => {
      const { push } = await import('./commands/push.ts')
      await push(recipe, options, createIo(options.json))
    })
  program
    .command('inspect')
    .description('read recorded traces: their reasoning and answer, how each ended, every defect')
    .argument('<files...>', 'JSONL, CSV or Parquet files or patterns, also .gz or .zst; - is standard input')
    .option('--field <column>', 'where the response stands, for files that keep it under a name of their own')
    .option('--mode <mode>', 'thinking or non_thinking, for rows that do not say it')
    .option('--limit <number>', 'read this many rows', positiveNumber)
    .option('--summary', 'only the table by file', false)
    .option('--json', 'JSON lines on stdout instead of text, with the whole texts', false)
    .action(async (files: string[], options: InspectOptions & { json: boolean }) => {
      const { inspectFiles } = await import('./commands/inspect.ts')
      await inspectFiles(files, options, createIo(options.json))
    })
  program
    .command('grade')
    .description('check answers: JSON lines with gold and pred or output in, verdicts out')
    .argument('[file]', 'JSONL file, also .gz or .zst; - or none is standard input', '-')
    .option('--task <task>', 'how lines are checked that do not say it: math, numeric, choice, text or code')
    .option('--options <json>', 'options of the verifiers by task, such as {"math":{"rounding":"gold"}}')
    .option('--workers <number>', 'threads that check (default: one for each processor)', positiveNumber)
    .option('--timeout-ms <number>', 'an answer that takes longer to check is killed', positiveNumber, 5000)
    .action(async (file: string, options: GradeOptions) => {
      const { gradeFile } = await import('./commands/grade.ts')
      await gradeFile(file, options, createIo(false))
    })
  return program
}

function addBatchCommands(program: Command): void {
  const batch = program
    .command('batch')
    .description("ask through a service's batch files instead of one by one, at a lower price")
  withCommonOptions(
    batch.command('export').description('write the samples that have no answer into batch files'),
  )
    .option('--arm <names...>', 'only these arms')
    .option(
      '--form <form>',
      'openai (also Azure, vLLM run-batch) or two-field (Together, Fireworks)',
      'openai',
    )
    .option('--limit <number>', 'at most so many samples', positiveNumber)
    .action(async (recipe: string, options: { run?: string; json: boolean; form: string }) => {
      const { exportBatch } = await import('./commands/batch.ts')
      await exportBatch(recipe, options, createIo(options.json))
    })
  withCommonOptions(batch.command('import').description('take the output and error files of batches in'))
    .argument('<files...>', 'result files or patterns, JSONL, also .gz or .zst')
    .action(async (recipe: string, files: string[], options: { run?: string; json: boolean }) => {
      const { importBatch } = await import('./commands/batch.ts')
      await importBatch(recipe, files, options, createIo(options.json))
    })
  withCommonOptions(batch.command('list').description('every batch and how far its results are in')).action(
    async (recipe: string, options: { run?: string; json: boolean }) => {
      const { showBatches } = await import('./commands/batch.ts')
      await showBatches(recipe, options, createIo(options.json))
    },
  )
  withCommonOptions(batch.command('recall').description('ask again for what a batch has no result of'))
    .argument('<names...>', 'names of batches, as list shows them')
    .action(async (recipe: string, names: string[], options: { run?: string; json: boolean }) => {
      const { recallBatches } = await import('./commands/batch.ts')
      await recallBatches(recipe, names, options, createIo(options.json))
    })
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
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('A whole number is wanted.')
  return number
}

function positiveNumber(text: string): number {
  const number = wholeNumber(text)
  if (number > 0) return number
  throw new InvalidArgumentError('At least 1 is wanted.')
}

// The reader of a pipe may leave (`| head`). A run goes on without it: its answers are paid for.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

try {
  await createProgram().parseAsync()
} catch (error) {
  if (error instanceof TwinstillError) {
    process.stderr.write(`error: ${printable(error.message)}\n`)
    process.exitCode = error.exitCode
  } else if (error instanceof CommanderError) {
    // Commander has printed its message; help and version end well, everything else is bad usage.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else if (isSystemError(error)) {
    const advice = error.code === 'ENOSPC' ? 'free disk space' : 'see to the disk and its permissions'
    process.stderr.write(`error: ${error.message}; ${advice}, then run the same command again\n`)
    process.exitCode = 1
  } else throw error
}

/** A full disk or a missing permission, wherever it is met: nothing that a stack trace would help with. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'EMFILE', 'ENFILE'].includes(code)
}
