import { Argument, Option } from 'commander'
import { type Command, positiveNumber } from './command.ts'
import type { GradeOptions } from './grade/grade-file.ts'

export const gradeCommand: Command<[file: string], GradeOptions> = {
  name: 'grade',
  describe: 'check answers: JSON lines with gold and pred or output in, verdicts out',
  takesRecipe: false,
  arguments: [
    new Argument('[file]', 'JSONL file, also .gz or .zst; - or none is standard input').default('-'),
  ],
  options: [
    new Option(
      '--task <task>',
      'how lines are checked that do not say it: math, numeric, choice, text or code',
    ),
    new Option('--options <json>', 'options of the verifiers by task, such as {"math":{"rounding":"gold"}}'),
    new Option('--workers <number>', 'threads that check (default: one for each processor)').argParser(
      positiveNumber,
    ),
    new Option('--timeout-ms <number>', 'an answer that takes longer to check is killed')
      .argParser(positiveNumber)
      .default(5000),
  ],
  async run([file], options, io) {
    const { gradeFile } = await import('./grade/grade-file.ts')
    await gradeFile(file, options, io)
  },
}
