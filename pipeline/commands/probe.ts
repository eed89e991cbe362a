import { Option } from 'commander'
import type { Command } from './command.ts'
import type { ProbeCommandOptions } from './probe/probe-endpoints.ts'

export const probeCommand: Command<[recipe: string], ProbeCommandOptions> = {
  name: 'probe',
  describe: 'find out what each endpoint does: where reasoning comes back, whether off is obeyed, its limits',
  takesRecipe: true,
  options: [new Option('--arm <names...>', 'only these arms')],
  async run([recipe], options, io) {
    const { probeEndpoints } = await import('./probe/probe-endpoints.ts')
    await probeEndpoints(recipe, options, io)
  },
}
