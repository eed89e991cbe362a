import { Argument, Option } from 'commander'
import type { ExportOptions } from './batch/batch-files.ts'
import { positiveNumber, type Command, type RecipeOptions } from './command.ts'

const exportCommand: Command<[recipe: string], ExportOptions> = {
  name: 'export',
  describe: 'write the samples that have no answer into batch files',
  takesRecipe: true,
  options: [
    new Option('--arm <names...>', 'only these arms'),
    new Option(
      '--form <form>',
      'openai (also Azure, vLLM run-batch) or two-field (Together, Fireworks)',
    ).default('openai'),
    new Option('--limit <number>', 'at most so many samples').argParser(positiveNumber),
  ],
  async run([recipe], options, io) {
    const { exportBatch } = await import('./batch/batch-files.ts')
    await exportBatch(recipe, options, io)
  },
}

const importCommand: Command<[recipe: string, files: string[]], RecipeOptions> = {
  name: 'import',
  describe: 'take the output and error files of batches in',
  takesRecipe: true,
  arguments: [new Argument('<files...>', 'result files or patterns, JSONL, also .gz or .zst')],
  async run([recipe, files], options, io) {
    const { importBatch } = await import('./batch/batch-files.ts')
    await importBatch(recipe, files, options, io)
  },
}

const listCommand: Command<[recipe: string], RecipeOptions> = {
  name: 'list',
  describe: 'every batch and how far its results are in',
  takesRecipe: true,
  async run([recipe], options, io) {
    const { showBatches } = await import('./batch/batch-files.ts')
    await showBatches(recipe, options, io)
  },
}

const recallCommand: Command<[recipe: string, names: string[]], RecipeOptions> = {
  name: 'recall',
  describe: 'ask again for what a batch has no result of',
  takesRecipe: true,
  arguments: [new Argument('<names...>', 'names of batches, as list shows them')],
  async run([recipe, names], options, io) {
    const { recallBatches } = await import('./batch/batch-files.ts')
    await recallBatches(recipe, names, options, io)
  },
}

export const batchCommand: Command = {
  name: 'batch',
  describe: "ask through a service's batch files instead of one by one, at a lower price",
  takesRecipe: false,
  commands: [exportCommand, importCommand, listCommand, recallCommand],
}
