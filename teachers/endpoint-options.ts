import { z } from 'zod'
import { type DialectName, dialectNames } from './dialects/registry.ts'

const usd = z.number().nonnegative()

/** USD for a million tokens. */
const rates = {
  input: usd.describe('USD for a million prompt tokens'),
  output: usd.describe('USD for a million completion tokens, reasoning included'),
  /** Input tokens that the server found in its prefix cache; the price of other input when absent. */
  cached_input: usd.optional().describe('USD for a million prompt tokens from the cache; left out: as input'),
  batch: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('what the batch interface takes of these prices, such as 0.5'),
}
export const Rates = z.strictObject(rates)
export type Rates = z.infer<typeof Rates>

/**
 * What tokens cost on the day that is stated: prices move, so a recipe states its own, or names the table to take them
 * from. A resolved recipe holds the prices themselves.
 */
export const Price = z
  .strictObject({
    ...rates,
    input: rates.input.optional(),
    output: rates.output.optional(),
    date: z.iso.date().optional().describe('day on which the price held'),
    models: z.record(z.string(), Rates).optional().describe('prices of models that differ, by model id'),
    package: z.literal('genai-prices').optional().describe('takes the prices from this package, offline'),
    provider: z
      .string()
      .optional()
      .describe('whose prices, for `package`: together, openrouter, deepseek, …'),
    model: z.string().optional().describe('for `package`: the model as it is called there, if otherwise'),
    source: z.string().optional().describe('where the prices stand, for the record'),
  })
  .superRefine((price, context) => {
    const wrong = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (price.package !== undefined) {
      if (price.provider === undefined) wrong('provider', '`package` needs the provider whose prices hold')
      for (const name of ['input', 'output', 'cached_input', 'models', 'date'] as const)
        if (price[name] !== undefined) wrong(name, 'comes from the package: state either prices or `package`')
      return
    }
    for (const name of ['provider', 'model'] as const)
      if (price[name] !== undefined) wrong(name, 'is for prices from a package: state `package` too')
    if (price.date === undefined) wrong('date', 'state the date on which the price held')
    if (price.models !== undefined && price.input === undefined && price.output === undefined) return
    if (price.input === undefined) wrong('input', 'state USD for a million prompt tokens')
    if (price.output === undefined) wrong('output', 'state USD for a million completion tokens')
  })
export type Price = z.infer<typeof Price>

const BaseUrl = z
  .url({ protocol: /^https?$/, error: 'must be a http or https URL such as http://127.0.0.1:8000/v1' })
  .refine(
    (url) => !hasCredentials(url),
    'must hold no user name, password or query, because recipes are stored: name the key in api_key_env, and the version of Azure in api_version',
  )

/** A server that hosts models, as a recipe describes it. */
export const Endpoint = z
  .strictObject({
    /** Up to and with the version: `http://127.0.0.1:8000/v1`. Not needed where `simulator` is given. */
    base_url: z
      .union([BaseUrl, z.array(BaseUrl).min(1)])
      .optional()
      .describe(
        'address up to and including /v1, or a list of them: several servers of the same models, each asked as much as it can take; the word simulated starts the simulator that ships with the project',
      ),
    /** The name of the environment variable that holds the key, never the key. */
    api_key_env: z
      .string()
      .regex(
        /^[A-Z_][A-Z0-9_]*$/,
        'must be the NAME of an environment variable, in capitals, never the key itself',
      )
      .optional()
      .describe('name of the environment variable that holds the key'),
    dialect: z
      .enum(dialectNames)
      .default('openai')
      .describe('the server in use: which parameters it takes and how thinking is switched'),
    api_version: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}(?:-preview)?$|^(?:preview|latest)$/, 'must be a version such as 2024-10-21')
      .optional()
      .describe('dialect azure: the api-version that each request states'),
    /** Requests at the server at the same time; fewer while it answers 429. Unless stated it follows what the server shows. */
    max_in_flight: z
      .int()
      .positive()
      .optional()
      .describe(
        'most requests at the server at the same time, of a list at each; fewer while it answers 429. Left out: as many as the server works on where that shows, else 64 (Ollama and LM Studio 8)',
      ),
    /** Where several workers share a run: whether each has a server of its own at this address. */
    local: z
      .boolean()
      .optional()
      .describe(
        'with --shard: each worker has a server of its own here, as on the node that it runs on, and max_in_flight for itself; otherwise all of them together have max_in_flight',
      ),
    /**
     * Sends fewer than `max_in_flight` while a server that never refuses has requests waiting in its queue. Its gauges show
     * that, the starts of streamed answers, or with `ping` the ends of requests for one token; where nothing does, nothing is
     * held back. Off for fleets of unequal servers behind one address.
     */
    back_pressure: z
      .union([z.boolean(), z.literal('ping')])
      .default(true)
      .describe(
        'sends fewer while a server that queues requests shows that many wait (gauges, starts of streamed answers); ping also sends requests for one token to find out; false for unequal servers behind one address',
      ),
    /** `auto` streams only where the dialect's gateways cut silent connections: a streamed token costs far more CPU. */
    stream: z
      .union([z.literal('auto'), z.boolean()])
      .default('auto')
      .describe(
        'auto streams only where gateways cut silent connections; a streamed token costs far more CPU',
      ),
    /** Longest time of one try, from sending to the last byte. */
    deadline_seconds: z
      .number()
      .positive()
      .max(2_000_000)
      .default(3600)
      .describe('longest time of one try, from sending to the last byte'),
    /** Further tries after a failure that may pass. Waiting for a rate limit or a restart does not use them up. */
    retries: z
      .int()
      .nonnegative()
      .default(6)
      .describe('further tries after a failure that may pass; waiting for a rate limit uses none'),
    price: Price.optional().describe('what tokens cost; what the server says it charged goes before it'),
    /** Options of the simulated teacher that stands in for the server. */
    simulator: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('options of the simulated teacher (npm run teacher -- --help)'),
  })
  .refine((endpoint) => endpoint.base_url !== undefined || endpoint.simulator !== undefined, {
    error: 'an endpoint needs a base_url or a simulator',
    path: ['base_url'],
  })
  .refine(({ base_url }) => new Set([base_url].flat()).size === [base_url].flat().length, {
    error: 'must name each server once',
    path: ['base_url'],
  })
  .refine((endpoint) => endpoint.back_pressure !== 'ping' || endpoint.price === undefined, {
    error: 'ping sends requests that no budget counts: it is for servers without a price',
    path: ['back_pressure'],
  })
  .refine((endpoint) => endpoint.api_version === undefined || endpoint.dialect === 'azure', {
    error: 'is for the dialect azure',
    path: ['api_version'],
  })
export type Endpoint = z.infer<typeof Endpoint>

/** One server of an endpoint, as far as requests to it depend on that. */
export type Server = {
  baseUrl: string
  dialect: DialectName
  apiVersion?: string | undefined
  /** It is the simulator of this process, to which no proxy leads. */
  direct?: boolean
}

/** The servers of an endpoint; none where the simulator stands in for one. */
export function serversOf({ base_url, dialect, api_version, simulator }: Endpoint): Server[] {
  const urls = base_url === undefined ? [] : [base_url].flat()
  return urls.map((baseUrl) => {
    const direct = simulator !== undefined && new URL(baseUrl).hostname === '127.0.0.1'
    return { baseUrl, dialect, apiVersion: api_version, direct }
  })
}

function hasCredentials(url: string): boolean {
  // A value of another kind is told about by its own check.
  if (!URL.canParse(url)) return false
  const { username, password, search, hash } = new URL(url)
  return username !== '' || password !== '' || search !== '' || hash !== ''
}
