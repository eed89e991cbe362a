import { Option } from 'commander'
import { type Command, wholeNumber } from './command.ts'
import type { ShowOptions } from './show/show-pairs.ts'

export const showCommand: Command<[recipe: string], ShowOptions> = {
  name: 'show',
  aliases: ['sample'],
  describe: 'print pairs of the dataset side by side',
  takesRecipe: true,
  options: [
    new Option('-n, --count <number>', 'how many pairs').argParser(wholeNumber).default(3),
    new Option('--seed <number>', 'another seed, other pairs').argParser(wholeNumber).default(0),
    new Option('--id <pair_id>', 'this pair, or the first whose id begins so'),
    new Option(
      '--where <condition>',
      'pairs of the run for which this holds, in SQL: "reasoning.tokens > 4000 AND domain = \'algebra\'"',
    ),
    new Option('--risk <name>', 'pairs of a risk, as `review` picks them, such as longest or dropped'),
    new Option('--review <name>', 'ask for a verdict on each, under this name, as the page of `review` does'),
    new Option(
      '--student [model]',
      'pairs as a student sees them, what is trained marked: by the chat template of this model or folder (default: the first of `write.targets`)',
    ),
    new Option('--full', 'do not shorten long traces').default(false),
  ],
  async run([recipe], options, io) {
    const { showPairs } = await import('./show/show-pairs.ts')
    await showPairs(recipe, options, io)
  },
}
