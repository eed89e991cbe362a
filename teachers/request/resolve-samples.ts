import type { Arm, Truncation } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { RecipeArm, TruncatedSection } from './recipe-arm.ts'

/**
 * How many samples a problem gets.
 * @throws UsageError for a rule that can never hold or never end
 */
export function resolveSamples(
  name: string,
  stated: NonNullable<RecipeArm['samples']>,
): Pick<Arm, 'samples' | 'adaptive'> {
  if (typeof stated === 'number') return { samples: stated, adaptive: null }
  const { min, max, correct, step, give_up } = stated
  const wrong =
    max <= min
      ? `max ${max} must be more than min ${min}, or write the number alone`
      : correct > max
        ? `correct ${correct} cannot be reached with max ${max}`
        : give_up && (give_up.after < min || give_up.after >= max)
          ? `give_up.after ${give_up.after} must lie from min ${min} to below max ${max}`
          : give_up && give_up.correct >= correct
            ? `give_up.correct ${give_up.correct} must be less than correct ${correct}`
            : undefined
  if (wrong !== undefined) throw new UsageError(`arm ${name}: samples: ${wrong}`)
  return { samples: max, adaptive: { min, max, correct, step, give_up: give_up ?? null } }
}

/**
 * What is done about answers that the token limit cut off.
 *
 * @throws UsageError when the further limits do not go up from it
 */
export function resolveTruncation(arm: Arm, stated: NonNullable<RecipeArm['truncated']>): Truncation {
  const { name } = arm
  const first = firstLimit(arm)
  const { policy, max_tokens, rounds }: TruncatedSection =
    typeof stated === 'string' ? { policy: stated } : stated
  const refuse = (why: string): UsageError => new UsageError(`arm ${name}: truncated: ${why}`)
  if (rounds !== undefined && policy !== 'continue')
    throw refuse(`rounds belongs to the policy continue, not to ${policy}: remove it`)
  if (policy === 'keep') {
    if (max_tokens !== undefined)
      throw refuse('max_tokens belongs to the policies raise and continue: choose one, or remove it')
    return { policy }
  }
  const limits =
    max_tokens === undefined ? [2 * first] : Array.isArray(max_tokens) ? max_tokens : [max_tokens]
  if (limits.some((limit, index) => limit <= (limits[index - 1] ?? first)))
    throw refuse(`max_tokens ${limits.join(', ')} must go up from the ${first} of the first request`)
  if (policy === 'raise') return { policy, max_tokens: limits }
  const [total] = limits
  if (total === undefined || limits.length > 1)
    throw refuse('the policy continue takes one max_tokens, the total of all requests')
  return { policy, max_tokens: total, rounds: rounds ?? 2 }
}

/** The token limit as it is sent: some models know it by another name, which the recipe states. */
function firstLimit({ sampling, extra_body }: Arm): number {
  const stated = extra_body['max_completion_tokens']
  return typeof stated === 'number' ? stated : (sampling.max_tokens ?? 0)
}
