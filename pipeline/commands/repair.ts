import { Option } from 'commander'
import type { Command } from './command.ts'
import type { RepairOptions } from './repair/repair-run.ts'

export const repairCommand: Command<[recipe: string], RepairOptions> = {
  name: 'repair',
  describe: 'look for damage in the journals of a run and mend what can be mended',
  takesRecipe: true,
  options: [
    new Option('--set-aside', 'take out what cannot be mended: it is asked and paid for again').default(
      false,
    ),
  ],
  async run([recipe], options, io) {
    const { repairRun } = await import('./repair/repair-run.ts')
    await repairRun(recipe, options, io)
  },
}
