import { Option } from 'commander'
import type { Command } from './command.ts'
import type { StatusOptions } from './status/show-status.ts'

export const statusCommand: Command<[recipe: string], StatusOptions> = {
  name: 'status',
  describe: 'the ledger of a run and what is still to do',
  takesRecipe: true,
  options: [
    new Option('--tokens', 'where the tokens of every arm went, and what cut answers took').default(false),
  ],
  async run([recipe], options, io) {
    const { showStatus } = await import('./status/show-status.ts')
    await showStatus(recipe, options, io)
  },
}
