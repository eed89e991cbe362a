import { Option } from 'commander'
import { type Command, positiveNumber } from './command.ts'
import type { PlanOptions } from './plan/make-plan.ts'

export const planCommand: Command<[recipe: string], PlanOptions> = {
  name: 'plan',
  describe: 'what a run will take before it starts: requests, tokens, money, hours, disk',
  takesRecipe: true,
  options: [
    new Option(
      '--pilot [problems]',
      'ask so many problems (32) and forecast the rest from them; the run keeps their answers',
    ).argParser((text) => positiveNumber(text)),
    new Option('--strict', 'end the run at the first bad row of the problem set').default(false),
  ],
  async run([recipe], options, io) {
    const { makePlan } = await import('./plan/make-plan.ts')
    await makePlan(recipe, options, io)
  },
}
