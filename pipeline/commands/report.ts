import { Option } from 'commander'
import type { Command } from './command.ts'
import type { ReportOptions } from './report/report-run.ts'

export const reportCommand: Command<[target: string], ReportOptions> = {
  name: 'report',
  describe: 'one page with everything that a run says in numbers and plots',
  takesRecipe: true,
  options: [
    new Option(
      '--compare <other>',
      'another run (its folder or recipe), or two arms as `one..other`, beside this one',
    ),
  ],
  async run([target], options, io) {
    const { reportRun } = await import('./report/report-run.ts')
    await reportRun(target, options, io)
  },
}
