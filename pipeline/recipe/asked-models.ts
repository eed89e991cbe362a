import type { Recipe } from './recipe.ts'

/** Every model that a recipe asks at one of its endpoints, arms and judges alike. */
export function askedModels({
  arms,
  verify,
  classify,
}: Pick<Recipe, 'arms' | 'verify' | 'classify'>): { endpoint: string; model: string }[] {
  const { judge } = verify
  // A further judge states what differs from the first one.
  const judges = judge ? [{}, ...(judge.jury ?? [])].map((changes) => Object.assign({}, judge, changes)) : []
  return [...Object.values(arms), ...judges, ...(classify?.judge ? [classify.judge] : [])].flatMap(
    ({ endpoint, model }) => {
      if (endpoint === undefined) return []
      const models = typeof model === 'string' ? [model] : Object.values(model)
      return models.map((each) => ({ endpoint, model: each }))
    },
  )
}
