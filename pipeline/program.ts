import process from 'node:process'
import { Command as Parser, CommanderError } from 'commander'
import { TwinstillError } from '../schemas/errors.ts'
import { openRedactor } from '../store/secrets/redact.ts'
import { collectOften } from '../schemas/heap-growth.ts'
import { version } from '../schemas/version.ts'
import type { Command } from './commands/command.ts'
import type { CommandIo } from './commands/io.ts'
import { commands } from './commands/registry.ts'
import { createReporter, type ProgressForm } from './reporter/create-reporter.ts'
import { outliveReaders } from './reporter/output-streams.ts'
import { printable } from './reporter/printable.ts'
import { createRedactingReporter } from './reporter/redacting-reporter.ts'
import { createWorkerTally } from './reporter/tally.ts'

const now = (): number => Date.now()

function createProgram(): Parser {
  const program = new Parser('twinstill')
    .description('Distils paired instruction and reasoning datasets from teacher models.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
  for (const command of commands) addCommand(program, command)
  return program
}

function addCommand(parent: Parser, command: Command): void {
  const parser = parent
    .command(command.name)
    .aliases(command.aliases ?? [])
    .description(command.describe)
  if (command.takesRecipe)
    parser
      .argument('<recipe>', 'path of a YAML recipe, for example recipes/quickstart.yaml')
      .option('--run <folder>', 'run folder (default: runs/<recipe name>)')
      .option('--json', 'JSON lines on stdout instead of text', false)
  for (const argument of command.arguments ?? []) parser.addArgument(argument)
  for (const option of command.options ?? []) parser.addOption(option)
  for (const each of command.commands ?? []) addCommand(parser, each)
  if (command.run)
    parser.action(async () => {
      const options = parser.opts<ShownOptions>()
      if (command.knowsItsSize !== true) collectOften()
      await command.run?.(parser.processedArgs, options, createIo(options))
    })
}

/** Of this process: whatever a command or its failure says goes through it. */
const keys = openRedactor([process.env['HF_TOKEN']])

type ShownOptions = { json?: boolean; progress?: ProgressForm }

function createIo(options: ShownOptions): CommandIo {
  const { json = false, progress: form = 'auto' } = options
  const tally = createWorkerTally(now)
  return {
    environment: process.env,
    cwd: process.cwd(),
    reporter: createRedactingReporter(
      createReporter({ stderr: process.stderr, stdout: process.stdout }, { json, form, tally, now }),
      keys,
    ),
    figures: () => tally.figures(),
    ownFigures: () => tally.own(),
    keys,
    stdin: process.stdin,
    stdout: process.stdout,
    now,
    random: Math.random,
    anew: () => createIo(options),
  }
}

/** System errors that a person can do something about, and what. */
const systemErrors: Readonly<Record<string, string>> = {
  ENOSPC: 'free disk space',
  EDQUOT: 'free disk space',
  EISDIR: 'move the folder away that stands in the place of a file',
  ENOTDIR: 'move the file away that stands in the place of a folder',
  ENOENT: 'see whether a file or folder was moved or removed under way',
  ENAMETOOLONG: 'choose shorter names',
  ELOOP: 'see to the links in its path',
  ...Object.fromEntries(
    ['EACCES', 'EPERM', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ESTALE', 'EBUSY', 'ETXTBSY'].map((code) => [
      code,
      'see to the disk and its permissions',
    ]),
  ),
}

outliveReaders([process.stdout, process.stderr], (code) => {
  process.stderr.write(
    `error: what is printed cannot be written (${code}); ${systemErrors[code] ?? 'see where it goes'}, then run the same command again\n`,
  )
  process.on('exit', () => (process.exitCode ||= 1))
})

try {
  await createProgram().parseAsync()
} catch (error) {
  if (error instanceof TwinstillError) {
    process.stderr.write(`error: ${printable(keys.text(error.message))}\n`)
    process.exitCode = error.exitCode
  } else if (error instanceof CommanderError) {
    // Commander has printed its message; help and version end well, everything else is bad usage.
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else if (isSystemError(error)) {
    const advice = systemErrors[error.code ?? '']
    process.stderr.write(`error: ${error.message}; ${advice}, then run the same command again\n`)
    process.exitCode = 1
  } else throw error
}

/** A full disk or a missing permission, wherever it is met: nothing that a stack trace would help with. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return ((error as NodeJS.ErrnoException).code ?? '') in systemErrors
}
