import { UsageError } from '../../schemas/errors.ts'
import { findKeyLike } from '../../store/secrets/patterns.ts'

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

/**
 * What in a recipe may differ from one machine to the next: where things are and what they are called there. Nothing
 * else is taken from the environment, whatever its variable is called, because a recipe is stored with the run and much of
 * it published. `*` stands for any name or number, `**` for whatever is below.
 */
const places: readonly string[] = [
  'name',
  'extends',
  'problems.files.**',
  'problems.hub',
  'problems.config',
  'problems.split',
  'problems.revision',
  'endpoints.*.base_url.**',
  'endpoints.*.dialect',
  'endpoints.*.api_version',
  'endpoints.*.simulator.**',
  'arms.*.teacher',
  'arms.*.model.**',
  'arms.*.revision',
  'arms.*.endpoint',
  'arms.*.tokenizer',
  'arms.*.import.**',
  'verify.judge.endpoint',
  'verify.judge.model',
  'verify.judge.jury.*.endpoint',
  'verify.judge.jury.*.model',
  'push.repo',
  'push.branch',
]

/** Numbers that differ with the machine or the size of a run. A number of few digits is no secret. */
const numbers: readonly string[] = [
  'seed',
  'problems.limit',
  'problems.per_shard',
  'problems.builtin.count',
  'problems.builtin.seed',
  'endpoints.*.max_in_flight',
  'endpoints.*.deadline_seconds',
  'endpoints.*.retries',
  'arms.*.samples',
  'arms.*.samples.*',
  'arms.*.max_tokens',
  'arms.*.truncated.max_tokens',
  'arms.*.sampling.*',
  'budget.usd',
  'budget.tokens',
  'generate.shards_open',
  'verify.workers',
  'verify.timeout_ms',
  'verify.judge.max_tokens',
  'verify.code.cpu_seconds',
  'verify.code.wall_seconds',
  'verify.code.memory_mb',
  'verify.code.processes',
]
/** Tokens that are counted and are none to log in with. */
const tokenCount = /(?:^|_)(?:max|min|total|budget)_tokens$/iu
const plainNumber = /^-?\d{1,12}(?:\.\d{1,6})?$/u

/** Words in the name of a variable that holds a secret, wherever they stand in it. */
const secretName =
  /(?:^|_)(?:api_?keys?|keys?|tokens?|secrets?|password|passwd|passphrase|pass|pwd|pat|credentials?|auth|cookie|private|dsn)\d*(?:_|$)|(?:key|token|secret|password|pwd)\d*$/iu

/** Where a text stands: the file, and the way to it from the top of the recipe. */
export type Place = { file: string; path: readonly string[] }

/**
 * Replaces `${NAME}` and `${NAME:-default}` in a text of a recipe by the environment's value, as a shell does; where a
 * number belongs, the whole text must be one and becomes it.
 *
 * @throws UsageError where the recipe does not take that place from the environment, for a variable that is not set, and
 *   for one whose name or value is that of a secret: keys are named by `api_key_env` and read only when a request is made
 */
export function expandEnvironment(
  text: string,
  environment: Record<string, string | undefined>,
  { file, path }: Place,
): string | number {
  const where = `${file}: ${path.join('.')}`
  const isNumber = isAmong(numbers, path)
  const expanded = text.replaceAll(reference, (_whole, name: string, fallback: string | undefined) => {
    // The shell's name for the folder that it is in.
    if (name !== 'PWD' && secretName.test(name) && !(isNumber && tokenCount.test(name)))
      throw new UsageError(
        `${where}: \${${name}} looks like a secret, and a recipe is stored with the run; name the variable in \`api_key_env\` instead`,
      )
    if (!isNumber && !isAmong(places, path))
      throw new UsageError(
        `${where}: \${${name}} cannot stand here, because a recipe is stored with the run; only addresses, paths and names (base_url, model, files, hub, tokenizer, repo, …) and sizes (limit, per_shard, samples, max_in_flight, budget, …) come from the environment: write the value itself`,
      )
    const value = environment[name]
    const taken = value !== undefined && value !== '' ? value : fallback
    if (taken === undefined)
      throw new UsageError(
        `${where}: the environment variable ${name} is not set; set it or give a default as \${${name}:-value}`,
      )
    const like = findKeyLike(taken)
    if (like !== undefined)
      throw new UsageError(
        `${where}: the value of ${name} has the form of a key (${like.name}), and a recipe is stored with the run; name the variable in \`api_key_env\` instead`,
      )
    if (isNumber && !plainNumber.test(taken))
      throw new UsageError(
        `${where}: a number is wanted from ${name}, and its value is none; set it to one such as 256`,
      )
    return taken
  })
  return isNumber && expanded !== text && plainNumber.test(expanded) ? Number(expanded) : expanded
}

function isAmong(among: readonly string[], path: readonly string[]): boolean {
  return among.some((place) => matches(place.split('.'), path))
}

function matches([place, ...rest]: readonly string[], path: readonly string[]): boolean {
  if (place === '**') return true
  if (place === undefined || path.length === 0) return place === undefined && path.length === 0
  // What may be a list or a mapping may also be a text.
  if (place !== '*' && place !== path[0]) return false
  return rest.length === 1 && rest[0] === '**' ? true : matches(rest, path.slice(1))
}

/** Members that hold a secret wherever servers take them. */
const secretMember =
  /^(?:x[-_])?(?:api[-_]?key|authorization|access[-_]?token|auth[-_]?token|bearer|password|client[-_]?secret)$/iu

/**
 * Refuses keys that are written into a recipe, in a system prompt, an address or a field for the server.
 *
 * @param allowed marks of texts that only look like keys
 * @throws UsageError naming the place and the form, never the value
 */
export function refuseKeys(value: unknown, { file, path }: Place, allowed: ReadonlySet<string>): void {
  const where = `${file}: ${path.join('.')}`
  if (typeof value === 'string') {
    const like = findKeyLike(value, allowed)
    if (like !== undefined)
      throw new UsageError(
        `${where} holds what has the form of a key (${like.name}), and a recipe is stored with the run; replace that key at its service if it is one, and name its variable in \`api_key_env\`; if it is none, put ${like.mark} into \`write.not_secrets\``,
      )
    if (value !== '' && secretMember.test(path.at(-1) ?? ''))
      throw new UsageError(
        `${where} is a field for a secret, and a recipe is stored with the run; name the variable that holds it in the endpoint's \`api_key_env\``,
      )
  } else if (typeof value === 'object' && value !== null)
    for (const [name, member] of Object.entries(value)) {
      if (!Array.isArray(value)) refuseKeys(name, { file, path: [...path, 'a name'] }, allowed)
      refuseKeys(member, { file, path: [...path, name] }, allowed)
    }
}
