import { RunError, TwinstillError, UsageError } from '../../schemas/errors.ts'
import { badAnswer, HubError, notAHub, sentElsewhere } from './error.ts'

/** What an error message speaks of. */
export type Where = {
  /** What was being done with the dataset. */
  purpose: 'reading' | 'publishing'
  endpoint: string
  repo: string
  hasToken: boolean
  /** The recipe's section that names the dataset that is read; `problems` unless given. */
  section?: string | undefined
  /** A dataset unless given. */
  kind?: 'datasets' | 'models' | undefined
}

type Sentence = (error: HubError, where: Where) => string | TwinstillError

/** A failure and what a person is told of it; without a sentence for a purpose, the next row that applies is taken. */
type Row = { when: (error: HubError) => boolean; reading?: Sentence; publishing?: Sentence }

/**
 * What went wrong at the Hub as one line for a person: what was wanted, what came, what to do. What was loaded is kept and
 * what was uploaded stays with the Hub, so the way on is mostly the same command. Other errors stay as they are.
 *
 * @returns UsageError for what a reader can mend, otherwise RunError
 */
export function explainHubError(error: unknown, where: Where): unknown {
  if (!(error instanceof HubError)) return error
  const row = rows.find((each) => each[where.purpose] !== undefined && each.when(error))
  const said = row![where.purpose]!(error, where)
  return said instanceof TwinstillError ? said : new RunError(said, { cause: error })
}

const rows: readonly Row[] = [
  {
    when: ({ code }) => code === notAHub,
    reading: () =>
      'the server does not answer as the Hub does; set HF_ENDPOINT to the address of a Hub, or unset it',
    publishing: (_, { endpoint }) =>
      `${endpoint} answers with a web page and not as a Hub does; correct HF_ENDPOINT, or unset it to publish to https://huggingface.co`,
  },
  {
    when: ({ code }) => code === badAnswer,
    reading: ({ host, message }, { repo }) =>
      `${host} does not answer for ${repo} as a Hub does (${message}); set HF_ENDPOINT to the address of a Hub, or unset it`,
  },
  {
    when: ({ code }) => code === sentElsewhere,
    publishing: ({ message }, { endpoint }) =>
      `${endpoint} sends its callers on to ${message}, where the token does not go; if that is the Hub that you mean, set HF_ENDPOINT to its address`,
  },
  {
    when: ({ call, code, status }) => call === 'read' && code !== 'GatedRepo' && status !== 401,
    publishing: (error, { repo }) =>
      `the dataset is committed to ${repo}, but cannot be read back (${said(error)}); push again to try once more, or leave the reading out with --no-verify`,
  },
  {
    when: ({ status, code }) => status === 0 && code !== badAnswer,
    reading: ({ host, code, message }) =>
      `${host} cannot be reached (${code || message}); check the network and HF_ENDPOINT, then run the same command again: what was loaded is kept`,
    publishing: (error, { endpoint }) =>
      `${isStore(error) ? `the object store of ${endpoint}` : endpoint} cannot be reached (${error.code || 'network error'}: ${error.message}); check the network and HF_ENDPOINT, then push again`,
  },
  {
    when: (error) => isStore(error) && error.status >= 300 && error.status < 500 && error.status !== 429,
    reading: unexpected,
    publishing: (error, { endpoint }) =>
      `the object store of ${endpoint} refuses an upload (${said(error)}); push again, what was uploaded is kept; if it stays so, tell the Hub`,
  },
  {
    when: ({ code }) => code === 'GatedRepo',
    reading: (error, { repo, endpoint, hasToken, kind }) =>
      new UsageError(
        `the ${kind === 'models' ? 'model' : 'dataset'} ${repo} is gated: accept the terms on ${endpoint}/${kind === 'models' ? '' : 'datasets/'}${repo}, then set HF_TOKEN${hasToken ? ' to a token of the account that accepted them' : ''}`,
        { cause: error },
      ),
    publishing: (error, where) =>
      `${where.repo} is gated and ${who(where)} has no access (${said(error)}); ask for it at ${where.endpoint}/datasets/${where.repo}`,
  },
  {
    when: ({ status }) => status === 401,
    reading: (error, where) =>
      where.hasToken
        ? new UsageError(
            `${where.endpoint} does not accept the token in HF_TOKEN; set a valid one, or unset it for public datasets`,
            { cause: error },
          )
        : missing(error, where),
    publishing: (error, { repo, endpoint, hasToken }) =>
      hasToken
        ? `the Hub does not know the token in HF_TOKEN (${said(error)}); make one that may write at ${endpoint}/settings/tokens`
        : `the Hub wants a token for ${repo} (${said(error)}); set HF_TOKEN`,
  },
  {
    when: ({ status, message }) =>
      status === 402 || (status === 403 && /storage|quota|exceed/iu.test(message)),
    publishing: (error, { repo }) =>
      `the Hub refuses more data for ${repo} (${said(error)}); free some storage or enlarge the plan, then push again`,
  },
  {
    when: ({ status }) => status === 403,
    reading: (error, { repo, hasToken }) =>
      new UsageError(
        hasToken
          ? `the token in HF_TOKEN may not read the dataset ${repo}; give it read access in the settings of the Hub`
          : `the dataset ${repo} cannot be read without a token; set HF_TOKEN`,
        { cause: error },
      ),
    publishing: (error, where) =>
      `${who(where)} may not write to ${where.repo} (${said(error)}); give it write access to this repository, or use another one`,
  },
  {
    when: ({ code }) => code === 'RevisionNotFound',
    publishing: (error, { repo }) => `${repo} has no such branch (${said(error)}); correct --branch`,
  },
  {
    when: ({ status, code }) => status === 404 && (code === 'RepoNotFound' || code === ''),
    reading: missing,
    publishing: noRepository,
  },
  {
    when: ({ status }) => status === 404,
    publishing: noRepository,
  },
  {
    when: ({ status }) => status === 413,
    publishing: (error) =>
      `the commit is larger than the Hub takes (${said(error)}); split the dataset or write larger shards (write.shard_bytes)`,
  },
  {
    when: ({ status }) => status === 412 || status === 409,
    publishing: (error, { repo }) =>
      `others keep committing to ${repo} (${said(error)}); push again when they are done`,
  },
  {
    when: ({ status }) => status === 429,
    reading: ({ host }, { hasToken }) =>
      `${host} refuses further requests for now (429); run the same command again in some minutes: what was loaded is kept${hasToken ? '' : ', and with HF_TOKEN set more requests are allowed'}`,
    publishing: (error) =>
      `the Hub limits the rate of calls (${said(error)}); push again in ${pauseText(error.waitMs)}`,
  },
  {
    when: ({ status }) => status >= 500,
    publishing: (error) => `the Hub fails (${said(error)}); push again later, what was uploaded is kept`,
  },
  {
    when: () => true,
    reading: unexpected,
    publishing: (error, { repo }) =>
      `the Hub did not take the push to ${repo} (${said(error)}); if nothing is wrong with the dataset, push again`,
  },
]

function said({ status, message }: HubError): string {
  return status === 0 ? message : `${status}: ${message}`
}

function who({ hasToken }: Where): string {
  return hasToken ? 'the token in HF_TOKEN' : 'a reader without a token'
}

function isStore({ call, isSentOn }: HubError): boolean {
  return call === 'object' || call === 'foreign' || isSentOn
}

function unexpected({ host, status, message }: HubError, { repo }: Where): string {
  return `${host} answered a request for ${repo} with ${status} (${message}); run the same command again later: what was loaded is kept`
}

function missing(error: HubError, { repo, endpoint, hasToken, section = 'problems' }: Where): UsageError {
  const way = hasToken
    ? 'is private and the token in HF_TOKEN may not read it'
    : 'is private; set HF_TOKEN for private datasets'
  return new UsageError(
    `there is no dataset ${repo} on ${endpoint}, or it ${way}; check the name in ${section}.hub`,
    { cause: error },
  )
}

function noRepository(error: HubError, where: Where): string {
  return `there is no dataset ${where.repo} that ${who(where)} can see (${said(error)}); make it with --create, or correct --repo`
}

function pauseText(waitMs: number | null): string {
  return waitMs === null ? 'five minutes' : `${Math.ceil(waitMs / 1000)} s`
}
