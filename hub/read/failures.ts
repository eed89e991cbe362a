import { RunError, TwinstillError, UsageError } from '../../schemas/errors.ts'

/** An answer that is no success. */
export class Refusal extends Error {
  readonly status: number
  /** The Hub's own word for the cause, such as `RepoNotFound`. */
  readonly code: string
  readonly host: string
  /** Whether it is the answer of a store that the Hub sent its reader to. */
  readonly isStore: boolean
  /** How long the server asks to wait, in milliseconds. */
  readonly waitMs: number | null

  constructor(given: Pick<Refusal, 'status' | 'code' | 'host' | 'isStore' | 'waitMs' | 'message'>) {
    super(given.message)
    this.name = 'Refusal'
    this.status = given.status
    this.code = given.code
    this.host = given.host
    this.isStore = given.isStore
    this.waitMs = given.waitMs
  }
}

/** No answer, or one that broke off. */
export class BrokenConnection extends Error {
  readonly host: string

  constructor(host: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BrokenConnection'
    this.host = host
  }
}

/** Reads what a refusal says of itself. */
export async function refusalOf(
  response: Response,
  where: Pick<Refusal, 'host' | 'isStore' | 'waitMs'>,
): Promise<Refusal> {
  const { status, headers } = response
  // Anything may stand in the body of an error, of any length, and with the signatures of a store.
  await response.body?.cancel()
  return new Refusal({
    ...where,
    status,
    code: headers.get('x-error-code') ?? '',
    message: headers.get('x-error-message') ?? '',
  })
}

/** Why a connection broke: the system's code where there is one, never an address. */
export function causeOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: unknown; message?: unknown }; message: string }
  const code = (error as { code?: unknown }).code ?? cause?.code
  return typeof code === 'string' ? code : typeof cause?.message === 'string' ? cause.message : message
}

/** The one line for a person, of what went wrong with a dataset. Errors that are one already stay as they are. */
export function explainFailure(
  error: unknown,
  { repo, section = 'problems' }: { repo: string; section?: string | undefined },
  { base, hasToken }: { base: string; hasToken: boolean },
): unknown {
  if (error instanceof BrokenConnection) {
    return new RunError(
      `${error.host} cannot be reached (${error.message}); check the network and HF_ENDPOINT, then run the same command again: what was loaded is kept`,
      { cause: error },
    )
  }
  if (!(error instanceof Refusal)) return error
  const explained = explainRefusal(error, { repo, section, base, hasToken })
  return explained instanceof TwinstillError
    ? explained
    : new RunError(
        `${error.host} answered a request for ${repo} with ${error.status}${error.message ? ` (${error.message.replace(/\s+/g, ' ')})` : ''}; run the same command again later: what was loaded is kept`,
        { cause: error },
      )
}

function explainRefusal(
  refusal: Refusal,
  { repo, section, base, hasToken }: { repo: string; section: string; base: string; hasToken: boolean },
): TwinstillError | undefined {
  const { status, code, isStore } = refusal
  if (isStore && status !== 429) return undefined
  const options = { cause: refusal }
  if (code === 'GatedRepo')
    return new UsageError(
      `the dataset ${repo} is gated: accept the terms on ${base}/datasets/${repo}, then set HF_TOKEN${hasToken ? ' to a token of the account that accepted them' : ''}`,
      options,
    )
  if (status === 401 && hasToken)
    return new UsageError(
      `${base} does not accept the token in HF_TOKEN; set a valid one, or unset it for public datasets`,
      options,
    )
  if (status === 403)
    return new UsageError(
      hasToken
        ? `the token in HF_TOKEN may not read the dataset ${repo}; give it read access in the settings of the Hub`
        : `the dataset ${repo} cannot be read without a token; set HF_TOKEN`,
      options,
    )
  if (status === 401 || (status === 404 && (code === 'RepoNotFound' || code === ''))) {
    const way = hasToken
      ? 'is private and the token in HF_TOKEN may not read it'
      : 'is private; set HF_TOKEN for private datasets'
    return new UsageError(
      `there is no dataset ${repo} on ${base}, or it ${way}; check the name in ${section}.hub`,
      options,
    )
  }
  if (status === 429)
    return new RunError(
      `${refusal.host} refuses further requests for now (429); run the same command again in some minutes: what was loaded is kept${hasToken ? '' : ', and with HF_TOKEN set more requests are allowed'}`,
      options,
    )
  return undefined
}
