import { InvalidArgumentError, Option } from 'commander'
import { type Command, positiveNumber } from './command.ts'
import type { PlanOptions } from './plan/make-plan.ts'
import { progressOption } from './progress-option.ts'

export const planCommand: Command<[recipe: string], PlanOptions> = {
  name: 'plan',
  describe: 'what a run will take before it starts: requests, tokens, money, hours, disk',
  takesRecipe: true,
  options: [
    new Option(
      '--pilot [problems]',
      'ask so many problems (32) and forecast the rest from them; the run keeps their answers',
    ).argParser(problemCount),
    progressOption(),
    new Option('--strict', 'end the run at the first bad row of the problem set').default(false),
  ],
  async run([recipe], options, io) {
    const { makePlan } = await import('./plan/make-plan.ts')
    await makePlan(recipe, options, io)
  },
}

/** The number of a pilot may be left out, and then what follows is taken for it. */
function problemCount(text: string): number {
  if (Number.isNaN(Number(text)))
    throw new InvalidArgumentError(
      `A number of problems is wanted; put the recipe first to leave it out: npm run plan -- ${text} --pilot`,
    )
  return positiveNumber(text)
}
