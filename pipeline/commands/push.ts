import { Option } from 'commander'
import type { Command } from './command.ts'
import type { PushCommandOptions } from './push/publish.ts'

export const pushCommand: Command<[recipe: string], PushCommandOptions> = {
  name: 'push',
  describe: 'publish the dataset to the Hugging Face Hub (HF_TOKEN, HF_ENDPOINT)',
  takesRecipe: true,
  // Uploading makes much short-lived garbage, and a small young generation keeps it from growing the process.
  nodeFlags: '--max-semi-space-size=1',
  options: [
    new Option('--repo <org/name>', 'dataset repository (default: `push.repo` of the recipe)'),
    new Option('--create', 'make the repository if there is none').default(false),
    new Option('--private', 'make it a private one'),
    new Option('--branch <name>', 'publish to this branch, made from main if there is none'),
    new Option('--pr', 'open a pull request instead').default(false),
    new Option('--message <text>', 'title of the commit'),
    new Option('--dry-run', 'list checks, files, bytes and commits; send nothing').default(false),
    new Option(
      '--xet',
      'upload in the Xet protocol: less to send where much is there already, more memory',
    ).default(false),
    new Option('--no-verify', 'do not read back what was published'),
  ],
  async run([recipe], options, io) {
    const { push } = await import('./push/publish.ts')
    await push(recipe, options, io)
  },
}
