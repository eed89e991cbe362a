import { UsageError } from '../schemas/errors.ts'
import { openEndpoint, type EndpointClient } from '../teachers/endpoint.ts'
import type { Endpoint } from '../teachers/endpoint-options.ts'
import { checkEndpoint } from '../teachers/preflight.ts'
import type { Budget } from './budget.ts'
import { withBudget } from './budgeted-endpoint.ts'
import { judgeArms } from './recipe/judge-arms.ts'
import type { Recipe } from './recipe/recipe.ts'
import type { Reporter } from './report/reporter.ts'
import { startSimulator, type Simulator } from './simulator.ts'
import type { ShardContext } from './shard-context.ts'
import type { StopSignals } from './stop-signals.ts'

type Environment = Record<string, string | undefined>

/** The endpoints of a run, each opened once, when the first sample is to be asked. */
export type Endpoints = {
  open(name: string): Promise<EndpointClient>
  close(): Promise<void>
}

export type EndpointsDeps = {
  context: ShardContext
  /** Every request of every endpoint needs cover of it. */
  budget: Budget
  environment: Environment
  reporter: Reporter
  stop: StopSignals
  now: () => number
  random: () => number
}

/** Prepares the endpoints of a recipe; nothing is contacted yet. */
export function openEndpoints(deps: EndpointsDeps): Endpoints {
  const opened = new Map<string, Promise<EndpointClient>>()
  const simulators: Simulator[] = []
  return {
    open(name) {
      let client = opened.get(name)
      if (!client) {
        client = openOne(name, deps, simulators)
        opened.set(name, client)
      }
      return client
    },
    async close() {
      for (const result of await Promise.allSettled(opened.values()))
        if (result.status === 'fulfilled') await result.value.close()
      for (const simulator of simulators) await simulator.close()
    },
  }
}

/**
 * Finds out before anything is read or written whether every key that the recipe names is there.
 *
 * @param names endpoints that will be asked; all of the recipe unless given
 * @throws UsageError naming the variable
 */
export function requireKeys(recipe: Recipe, environment: Environment, names?: readonly string[]): void {
  for (const [name, options] of Object.entries(recipe.endpoints))
    if (names?.includes(name) ?? true) keyOf(name, options, environment)
}

async function openOne(name: string, deps: EndpointsDeps, simulators: Simulator[]): Promise<EndpointClient> {
  const { context, budget, environment, reporter, stop, now, random } = deps
  let options = context.recipe.endpoints[name]!
  if (options.base_url === undefined) {
    const simulator = await startSimulator(options.simulator ?? {}, context)
    simulators.push(simulator)
    options = { ...options, base_url: simulator.baseUrl }
    reporter.note(
      `endpoint ${name}: a simulated teacher at ${simulator.baseUrl}, which answers the built-in problems only`,
    )
  }
  const apiKey = keyOf(name, options, environment)
  const asked = [...context.arms, ...judgeArms(context.recipe)].filter((arm) => arm.endpoint === name)
  const models = [...new Set(asked.map((arm) => arm.model))]
  const { warnings } = await checkEndpoint(name, options, models, { apiKey })
  for (const warning of warnings) reporter.warn(warning)
  const client = openEndpoint(name, options, { apiKey, now, random })
  const stopSending = (): void => client.stop(stop.stop.reason as Error)
  if (stop.stop.aborted) stopSending()
  else stop.stop.addEventListener('abort', stopSending, { once: true })
  return withBudget(client, budget, options.price)
}

function keyOf(
  name: string,
  { api_key_env, base_url }: Endpoint,
  environment: Environment,
): string | undefined {
  if (api_key_env === undefined || base_url === undefined) return undefined
  const key = environment[api_key_env]
  if (key) return key
  throw new UsageError(
    `endpoint ${name} takes its key from the environment variable ${api_key_env}, which is not set; set it, or remove \`api_key_env\` if the server needs no key`,
  )
}
