import { type Argument, InvalidArgumentError, type Option } from 'commander'
import type { CommandIo } from './io.ts'

/** Options of every command that takes a recipe. */
export type RecipeOptions = { run?: string; json: boolean }

/** One command of the program. Its file only describes it: `run` loads the code that does the work when it is called. */
export type Command<Args extends readonly unknown[] = readonly unknown[], Options = object> = {
  /** On the command line, and as an npm script. */
  name: string
  /** Other names, which are npm scripts too. */
  aliases?: readonly string[]
  /** Its line of help. */
  describe: string
  /** Whether its first argument is a recipe; it has the options `--run` and `--json` then. */
  takesRecipe: boolean
  /** Its arguments after the recipe. */
  arguments?: readonly Argument[]
  options?: readonly Option[]
  /** Flags of Node that its npm script has. */
  nodeFlags?: string
  /** Whether it calls `collectOften` by itself, unless there is little to do. */
  knowsItsSize?: boolean
  /** Its subcommands, for a command that does nothing of its own. */
  commands?: readonly Command[]
  run?(args: Args, options: Options, io: CommandIo): Promise<void>
}

/** Reads an option that takes 0, 1, 2 and so on. */
export function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('A whole number is wanted.')
  return number
}

/** Reads an option that takes 1, 2, 3 and so on. */
export function positiveNumber(text: string): number {
  const number = wholeNumber(text)
  if (number > 0) return number
  throw new InvalidArgumentError('At least 1 is wanted.')
}
