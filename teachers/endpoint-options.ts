import { z } from 'zod'
import { dialectNames } from './dialects/registry.ts'

/** What tokens cost, in USD per million, on the day that is stated: prices move, so a recipe states its own. */
export const Price = z.strictObject({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  /** Input tokens that the server found in its prefix cache; the price of other input when absent. */
  cached_input: z.number().nonnegative().optional(),
  date: z.iso.date(),
})
export type Price = z.infer<typeof Price>

/** A server that hosts models, as a recipe describes it. */
export const Endpoint = z
  .strictObject({
    /** Up to and with the version: `http://127.0.0.1:8000/v1`. Not needed where `simulator` is given. */
    base_url: z
      .url({ protocol: /^https?$/, error: 'must be a http or https URL such as http://127.0.0.1:8000/v1' })
      .refine(
        (url) => !hasCredentials(url),
        'must not hold a user name or a password: name the key in api_key_env',
      )
      .optional(),
    /** The name of the environment variable that holds the key, never the key. */
    api_key_env: z
      .string()
      .regex(
        /^[A-Z_][A-Z0-9_]*$/,
        'must be the NAME of an environment variable, in capitals, never the key itself',
      )
      .optional(),
    dialect: z.enum(dialectNames).default('openai'),
    /** Requests at the server at the same time; fewer while it answers 429. */
    max_in_flight: z.int().positive().default(64),
    /** `auto` streams only where the dialect's gateways cut silent connections: a streamed token costs far more CPU. */
    stream: z.union([z.literal('auto'), z.boolean()]).default('auto'),
    /** Longest time of one try, from sending to the last byte. */
    deadline_seconds: z.number().positive().max(2_000_000).default(3600),
    /** Further tries after a failure that may pass. Waiting for a rate limit or a restart does not use them up. */
    retries: z.int().nonnegative().default(6),
    price: Price.optional(),
    /** Options of the simulated teacher that stands in for the server. */
    simulator: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((endpoint) => endpoint.base_url !== undefined || endpoint.simulator !== undefined, {
    error: 'an endpoint needs a base_url or a simulator',
    path: ['base_url'],
  })
export type Endpoint = z.infer<typeof Endpoint>

function hasCredentials(url: string): boolean {
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}
