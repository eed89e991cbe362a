import { Option } from 'commander'
import { type Command, positiveNumber } from './command.ts'
import type { RenderCommandOptions } from './render/render-run.ts'

export const renderCommand: Command<[recipe: string], RenderCommandOptions> = {
  name: 'render',
  describe:
    "render the dataset with its students' own chat templates and say what is right, lost or misplaced",
  takesRecipe: true,
  options: [
    new Option(
      '--target <model...>',
      'models of the Hub (org/name@revision) or folders, instead of `write.targets`',
    ),
    new Option('--rows <number>', 'rows of each configuration (default: all)').argParser(positiveNumber),
  ],
  async run([recipe], options, io) {
    const { renderRun } = await import('./render/render-run.ts')
    await renderRun(recipe, options, io)
  },
}
