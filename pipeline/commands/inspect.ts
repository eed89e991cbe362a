import { Argument, Option } from 'commander'
import { type Command, positiveNumber } from './command.ts'
import type { InspectOptions } from './inspect/inspect-files.ts'

export const inspectCommand: Command<[files: string[]], InspectOptions> = {
  name: 'inspect',
  describe: 'read recorded traces: their reasoning and answer, how each ended, every defect',
  takesRecipe: false,
  arguments: [
    new Argument(
      '<files...>',
      'JSONL, CSV or Parquet files or patterns, also .gz or .zst; - is standard input',
    ),
  ],
  options: [
    new Option(
      '--field <column>',
      'where the response stands, for files that keep it under a name of their own',
    ),
    new Option('--mode <mode>', 'thinking or non_thinking, for rows that do not say it'),
    new Option('--limit <number>', 'read this many rows').argParser(positiveNumber),
    new Option('--summary', 'only the counts of each file').default(false),
    new Option('--json', 'JSON lines on stdout instead of text, with the whole texts').default(false),
  ],
  async run([files], options, io) {
    const { inspectFiles } = await import('./inspect/inspect-files.ts')
    await inspectFiles(files, options, io)
  },
}
