import { UsageError } from '../../schemas/errors.ts'

/** Which Hub is asked, and as whom. */
export type HubAddress = {
  /** Origin and path of the Hub, without a slash at the end. */
  endpoint: string
  /** `undefined` for a reader without an account. */
  token: string | undefined
}

/** What `HF_ENDPOINT` means when it is not set. */
const publicHub = 'https://huggingface.co'

/**
 * Reads `HF_ENDPOINT` and `HF_TOKEN`, and nothing else, from an environment.
 *
 * @throws UsageError when `HF_ENDPOINT` is no address or `HF_TOKEN` cannot be sent
 */
export function hubAddress(environment: Readonly<Record<string, string | undefined>>): HubAddress {
  return { endpoint: endpointOf(environment['HF_ENDPOINT']), token: tokenOf(environment['HF_TOKEN']) }
}

/**
 * The same for publishing. `@huggingface/hub` takes only a token that begins as those of the Hub do; a dry run, which
 * only looks, may go without one.
 *
 * @throws UsageError also when there is no such token
 */
export function publishingAddress(
  environment: Readonly<Record<string, string | undefined>>,
  isDryRun: boolean,
): HubAddress {
  const token = environment['HF_TOKEN']?.trim() ?? ''
  if (token === '' && !isDryRun)
    throw new UsageError(
      `publishing needs a token that may write; set HF_TOKEN (make one at ${publicHub}/settings/tokens)`,
    )
  if (token !== '' && !/^hf_[\w-]+$/u.test(token))
    throw new UsageError(
      'HF_TOKEN holds something that is not a token of the Hub (they begin with hf_); correct it',
    )
  return hubAddress(environment)
}

function endpointOf(given: string | undefined): string {
  const address = given?.trim() ? given.trim().replace(/\/+$/u, '') : publicHub
  const url = URL.canParse(address) ? new URL(address) : undefined
  const isPlain = url !== undefined && !url.username && !url.password && !url.search && !url.hash
  if (isPlain && /^https?:$/u.test(url.protocol)) return address
  throw new UsageError(`HF_ENDPOINT must be the address of a Hub, such as ${publicHub}; correct or unset it`)
}

function tokenOf(given: string | undefined): string | undefined {
  const token = given?.trim() ?? ''
  if (/[^\x21-\x7e]/u.test(token))
    throw new UsageError('HF_TOKEN holds characters that no token has; correct or unset it')
  return token === '' ? undefined : token
}
