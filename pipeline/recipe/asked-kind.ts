import type { Recipe } from './recipe.ts'

/** The kind of part with the problems that are asked: all, or those whose turn has come. */
export function askedKind({ select }: Pick<Recipe, 'select'>): 'problems' | 'admitted' {
  return select === undefined ? 'problems' : 'admitted'
}
