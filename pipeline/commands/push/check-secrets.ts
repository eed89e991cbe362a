import { findSecrets } from '../../../output/push/find-secrets.ts'
import { RunError } from '../../../schemas/errors.ts'
import type { Recipe } from '../../recipe/recipe.ts'

/**
 * Makes sure that no file of the dataset holds the Hub token or a key of an endpoint.
 *
 * @throws RunError naming the file and the variable, never the value
 */
export async function checkSecrets(
  folder: string,
  recipe: Recipe,
  environment: Record<string, string | undefined>,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const named = Object.values(recipe.endpoints).map((endpoint) => endpoint.api_key_env)
  const secrets: Record<string, string> = {}
  for (const variable of ['HF_TOKEN', ...named]) {
    const value = variable === undefined ? undefined : environment[variable]?.trim()
    if (variable !== undefined && value) secrets[variable] = value
  }
  const found = await findSecrets(folder, secrets, onBytes)
  const [first] = found
  if (first === undefined) return
  throw new RunError(
    `${first.path} holds the value of ${first.variable}${found.length > 1 ? `, and ${found.length - 1} more files hold secrets` : ''}; nothing was sent: find out how it came there, replace that key, and take it out before you push`,
  )
}
