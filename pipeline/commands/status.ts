import { Option } from 'commander'
import type { Command } from './command.ts'
import { progressOption } from './progress-option.ts'
import type { StatusOptions } from './status/show-status.ts'

export const statusCommand: Command<[recipe: string], StatusOptions & { watch: boolean }> = {
  name: 'status',
  describe: 'the ledger of a run and what is still to do',
  takesRecipe: true,
  options: [
    new Option(
      '--watch',
      'show how the run is doing while other processes work on it, here or elsewhere',
    ).default(false),
    progressOption(),
    new Option('--tokens', 'where the tokens of every arm went, and what cut answers took').default(false),
  ],
  async run([recipe], options, io) {
    if (options.watch) {
      const { watchRun } = await import('./status/watch-run.ts')
      return watchRun(recipe, options, io)
    }
    const { showStatus } = await import('./status/show-status.ts')
    await showStatus(recipe, options, io)
  },
}
