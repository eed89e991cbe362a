import { RunError } from '../../schemas/errors.ts'
import { badAnswer, notAHub, sentElsewhere, type HubError } from './hub-error.ts'

/** What an error message speaks of. */
export type Where = { endpoint: string; repo: string; hasToken: boolean }

/**
 * What went wrong at the Hub as one line for a person: what was wanted, what came, what to do. What was uploaded stays
 * with the Hub, so the way on is always the same command.
 */
export function explainHubError(error: HubError, where: Where): RunError {
  return new RunError(lineOf(error, where), { cause: error })
}

function lineOf(
  { status, code, message, call, waitMs }: HubError,
  { endpoint, repo, hasToken }: Where,
): string {
  const said = status === 0 ? message : `${status}: ${message}`
  const token = hasToken ? 'the token in HF_TOKEN' : 'a reader without a token'
  if (code === notAHub)
    return `${endpoint} answers with a web page and not as a Hub does; correct HF_ENDPOINT, or unset it to publish to https://huggingface.co`
  if (code === sentElsewhere)
    return `${endpoint} sends its callers on to ${message}, where the token does not go; if that is the Hub that you mean, set HF_ENDPOINT to its address`
  if (call === 'read' && code !== 'GatedRepo' && status !== 401)
    return `the dataset is committed to ${repo}, but cannot be read back (${said}); push again to try once more, or leave the reading out with --no-verify`
  if (status === 0 && code !== badAnswer)
    return `${call === 'object' || call === 'foreign' ? `the object store of ${endpoint}` : endpoint} cannot be reached (${code}: ${message}); check the network and HF_ENDPOINT, then push again`
  if ((call === 'object' || call === 'foreign') && status >= 300 && status < 500 && status !== 429)
    return `the object store of ${endpoint} refuses an upload (${said}); push again, what was uploaded is kept; if it stays so, tell the Hub`
  if (status === 401)
    return hasToken
      ? `the Hub does not know the token in HF_TOKEN (${said}); make one that may write at ${endpoint}/settings/tokens`
      : `the Hub wants a token for ${repo} (${said}); set HF_TOKEN`
  if (code === 'GatedRepo')
    return `${repo} is gated and ${token} has no access (${said}); ask for it at ${endpoint}/datasets/${repo}`
  if (status === 402 || (status === 403 && /storage|quota|exceed/iu.test(message)))
    return `the Hub refuses more data for ${repo} (${said}); free some storage or enlarge the plan, then push again`
  if (status === 403)
    return `${token} may not write to ${repo} (${said}); give it write access to this repository, or use another one`
  if (code === 'RevisionNotFound') return `${repo} has no such branch (${said}); correct --branch`
  if (status === 404)
    return `there is no dataset ${repo} that ${token} can see (${said}); make it with --create, or correct --repo`
  if (status === 413)
    return `the commit is larger than the Hub takes (${said}); split the dataset or write larger shards (write.shard_bytes)`
  if (status === 412 || status === 409)
    return `others keep committing to ${repo} (${said}); push again when they are done`
  if (status === 429) return `the Hub limits the rate of calls (${said}); push again in ${pauseText(waitMs)}`
  if (status >= 500) return `the Hub fails (${said}); push again later, what was uploaded is kept`
  return `the Hub did not take the push to ${repo} (${said}); if nothing is wrong with the dataset, push again`
}

function pauseText(waitMs: number | null): string {
  return waitMs === null ? 'five minutes' : `${Math.ceil(waitMs / 1000)} s`
}
