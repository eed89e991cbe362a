import type { Command, RecipeOptions } from './command.ts'

export const statusCommand: Command<[recipe: string], RecipeOptions> = {
  name: 'status',
  describe: 'the ledger of a run and what is still to do',
  takesRecipe: true,
  async run([recipe], options, io) {
    const { showStatus } = await import('./status/show-status.ts')
    await showStatus(recipe, options, io)
  },
}
