import { Option } from 'commander'
import { type Command, positiveNumber, wholeNumber } from './command.ts'
import type { ReviewOptions } from './review/review-run.ts'

export const reviewCommand: Command<[recipe: string], ReviewOptions> = {
  name: 'review',
  describe: 'review a random sample of pairs of a run or dataset, or risky ones, on a page of this machine',
  takesRecipe: true,
  options: [
    new Option('--sample <number>', 'random pairs (default: `push.review.sample`, else 50)').argParser(
      positiveNumber,
    ),
    new Option('--risk <number>', 'so many pairs of every risk besides; they do not count for the gate')
      .argParser(wholeNumber)
      .default(0),
    new Option('--double <share>', 'share of the pairs that every reviewer gets, from 0 to 1')
      .argParser(Number)
      .default(0.2),
    new Option(
      '--import <csv>',
      'take verdicts from a spreadsheet: pair_id, reviewer, verdict, and perhaps reason, note, at',
    ),
    new Option(
      '--student <model>',
      'model of the Hub (org/name@revision) or folder whose chat template `s` shows the texts with (default: the first of `write.targets`)',
    ),
    new Option('--port <number>', 'port of the page, 0 for any that is free')
      .argParser(wholeNumber)
      .default(0),
  ],
  async run([recipe], options, io) {
    const { reviewRun } = await import('./review/review-run.ts')
    await reviewRun(recipe, options, io)
  },
}
