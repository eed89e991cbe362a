import type { Arm } from '../schemas/arm.ts'
import type { Recipe } from './recipe/recipe.ts'

/** What a stage may know: plain data, so that it travels to a worker thread as it is. */
export type ShardContext = {
  runFolder: string
  recipe: Recipe
  /** The recipe's arms with every default of their teachers, in the recipe's order. */
  arms: Arm[]
}
