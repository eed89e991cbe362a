import { UsageError } from '../../../schemas/errors.ts'
import { Task } from '../../../schemas/problem.ts'
import { allVerifiers } from '../../../verifiers/all-verifiers.ts'

/**
 * Options of verifiers as JSON text, by task as in the `verify` section of a recipe.
 *
 * @throws UsageError for text that is no such object, with the place that is wrong
 */
export function parseVerifierOptions(text: string): Partial<Record<Task, unknown>> {
  const known = new Map(allVerifiers.map((verifier) => [verifier.name, verifier.options]))
  const stated = objectOf(text)
  const options: Partial<Record<Task, unknown>> = {}
  for (const [name, section] of Object.entries(stated)) {
    const task = Task.safeParse(name).data
    const schema = task && known.get(task)
    if (!schema)
      throw new UsageError(
        `--options: no verifier ${JSON.stringify(name)}; there are ${[...known.keys()].join(', ')}`,
      )
    const parsed = schema.safeParse(section)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw new UsageError(`--options: ${[name, ...issue!.path].join('.')}: ${issue!.message}`)
    }
    options[task] = parsed.data
  }
  return options
}

function objectOf(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(
      `--options must be JSON such as {"math": {"rounding": "gold"}}: ${(error as Error).message}`,
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(
      '--options must be a JSON object of verifiers, such as {"math": {"rounding": "gold"}}',
    )
  return value as Record<string, unknown>
}
