import { findSecrets, secretText } from '../../../output/dataset/find-secrets.ts'
import { RunError } from '../../../schemas/errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import { secretsOf } from '../../recipe/secrets-of.ts'

/**
 * Makes sure that no file of the dataset holds the Hub token, a key of an endpoint, or what has the form of a key of
 * anybody's.
 *
 * @throws RunError naming the place and the variable or form, never the value
 */
export async function checkSecrets(
  folder: string,
  recipe: Recipe,
  environment: Record<string, string | undefined>,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const found = await findSecrets(folder, secretsOf(recipe, environment), {
    onBytes,
    allowed: recipe.write.not_secrets ?? [],
  })
  if (found.length > 0) throw new RunError(secretText(found, 'nothing was sent'))
}
