import type { Recipe } from './recipe.ts'

/** The keys that a run uses, by the variable that holds them: of every endpoint, and the token of the Hub. */
export function secretsOf(
  recipe: Pick<Recipe, 'endpoints'>,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const names = Object.values(recipe.endpoints).map((endpoint) => endpoint.api_key_env)
  return Object.fromEntries(
    ['HF_TOKEN', ...names].flatMap((name) => {
      const value = name === undefined ? undefined : environment[name]?.trim()
      return name === undefined || !value ? [] : [[name, value]]
    }),
  )
}
