import { Option } from 'commander'
import type { Command } from './command.ts'

export const filtersCommand: Command<[], { json: boolean }> = {
  name: 'filters',
  describe: 'list every filter: scope, default, options and reasons',
  takesRecipe: false,
  options: [new Option('--json', 'JSON lines on stdout instead of text').default(false)],
  async run(_, __, io) {
    const { listFilters } = await import('./filters/list-filters.ts')
    listFilters(io)
  },
}
