import { UsageError } from '../../schemas/errors.ts'

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

/**
 * Replaces `${NAME}` and `${NAME:-default}` in a text by the environment's value, as a shell does.
 *
 * Names that look like secrets are refused: a recipe is stored in the run folder and published with the dataset, so
 * keys are named by `api_key_env` and read only when a request is made.
 */
export function expandEnvironment(
  text: string,
  environment: Record<string, string | undefined>,
  where: string,
): string {
  return text.replaceAll(reference, (_whole, name: string, fallback: string | undefined) => {
    if (/(KEY|TOKEN|SECRET|PASSWORD)$/i.test(name)) {
      throw new UsageError(
        `${where}: \${${name}} looks like a secret, and a recipe is stored with the run; name the variable in \`api_key_env\` instead`,
      )
    }
    const value = environment[name]
    if (value !== undefined && value !== '') return value
    if (fallback !== undefined) return fallback
    throw new UsageError(
      `${where}: the environment variable ${name} is not set; set it or give a default as \${${name}:-value}`,
    )
  })
}
