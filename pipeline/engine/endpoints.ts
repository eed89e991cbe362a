import type { Arm } from '../../schemas/arm.ts'
import { UsageError } from '../../schemas/errors.ts'
import { armWarnings } from '../../teachers/request/arm-warnings.ts'
import { findDialect } from '../../teachers/dialects/registry.ts'
import { openEndpoint, type EndpointClient } from '../../teachers/endpoint/endpoint.ts'
import { type Endpoint, serversOf } from '../../teachers/endpoint-options.ts'
import { inFlightOf } from '../../teachers/endpoint/in-flight.ts'
import { requireOpenFiles } from '../../teachers/wire/open-files.ts'
import { checkEndpoint } from '../../teachers/endpoint/preflight.ts'
import { isSameModel } from '../../teachers/endpoint/served-model.ts'
import type { Redactor } from '../../store/secrets/redact.ts'
import type { Budget } from './budget.ts'
import { withBudget } from './budgeted-endpoint.ts'
import { allJudgeArms } from '../recipe/judge-arms.ts'
import type { Recipe } from '../recipe/recipe.ts'
import type { Reporter } from '../reporter/reporter.ts'
import { withoutKeys } from './redacted-endpoint.ts'
import type { Shares } from './shares/open-shares.ts'
import { startSimulator, type Simulator } from './simulator.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { StopSignals } from './stop-signals.ts'

type Environment = Record<string, string | undefined>

/** The endpoints of a run, each opened once, when the first sample is to be asked. */
export type Endpoints = {
  open(name: string): Promise<EndpointClient>
  close(): Promise<void>
}

export type EndpointsDeps = {
  context: RunContext
  /** Every request of every endpoint needs a reservation from it. */
  budget: Budget
  /** Deals out the places at servers that other workers ask too. */
  shares: Shares | undefined
  environment: Environment
  /** Nothing that an endpoint answers holds one of them. */
  keys: Redactor
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
    async open(name) {
      let client = opened.get(name)
      if (!client) {
        if (opened.size === 0) requireOpenFiles(mostConnections(deps.context))
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

/** The most requests that can be open at the same time, over all servers of all endpoints that the run asks. */
function mostConnections({ recipe, arms }: RunContext): number {
  const asked = new Set([...arms, ...allJudgeArms(recipe)].map((arm) => arm.endpoint))
  return Object.entries(recipe.endpoints).reduce((sum, [name, endpoint]) => {
    if (!asked.has(name)) return sum
    const { unseen } = inFlightOf(endpoint, findDialect(endpoint.dialect))
    return sum + unseen * Math.max(1, serversOf(endpoint).length)
  }, 0)
}

async function openOne(name: string, deps: EndpointsDeps, simulators: Simulator[]): Promise<EndpointClient> {
  const { context, budget, shares, environment, keys, reporter, stop, now, random } = deps
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
  const asked = [...context.arms, ...allJudgeArms(context.recipe)].filter((arm) => arm.endpoint === name)
  const models = [...new Set(asked.map((arm) => arm.model))]
  const { warnings } = await checkEndpoint(name, options, models, { apiKey })
  for (const warning of warnings) reporter.warn(warning)
  for (const arm of asked) for (const warning of armWarnings(arm, options.dialect)) reporter.warn(warning)
  const tell = (text: string): void => reporter.warn(text)
  const note = (text: string): void => reporter.note(text)
  const client = withModelCheck(
    withoutKeys(openEndpoint(name, options, { apiKey, now, random, tell, note }), keys),
    {
      asked: findDialect(options.dialect).namesOwnModels === true ? [] : asked,
      tell,
    },
  )
  const stopSending = (): void => client.stop(stop.stop.reason as Error)
  if (stop.stop.aborted) stopSending()
  else stop.stop.addEventListener('abort', stopSending, { once: true })
  const isShared = options.local !== true && context.recipe.endpoints[name]!.base_url !== undefined
  return withBudget(isShared && shares ? shares.shared(client) : client, budget, options.price)
}

/** Warns once for each arm whose answers come from another model than the one it asks for. */
function withModelCheck(
  client: EndpointClient,
  { asked, tell }: { asked: readonly Arm[]; tell: (text: string) => void },
): EndpointClient {
  const unchecked = new Set(asked)
  return {
    ...client,
    async ask(request, options) {
      const result = await client.ask(request, options)
      if (!result.ok || unchecked.size === 0) return result
      const { model: served } = result.body as { model?: unknown }
      if (typeof served !== 'string' || isSameModel(request.model, served)) return result
      for (const arm of unchecked) {
        if (arm.model !== request.model) continue
        unchecked.delete(arm)
        tell(
          `arm ${arm.name}: the server says that ${served} answered, and ${arm.model} was asked for; the rows keep both (model, served_model): check what the server has loaded`,
        )
      }
      return result
    },
  }
}

function keyOf(
  name: string,
  { api_key_env, base_url }: Endpoint,
  environment: Environment,
): string | undefined {
  if (api_key_env === undefined || base_url === undefined) return undefined
  const key = environment[api_key_env]
  // Files of variables with line ends of Windows leave one behind the key, and no header can carry it.
  if (key && /[^\u0020-\u007E]/u.test(key))
    throw new UsageError(
      `endpoint ${name} takes its key from the environment variable ${api_key_env}, which holds a line end, a control character or a letter of no key; set it to the key alone`,
    )
  if (key) return key
  throw new UsageError(
    `endpoint ${name} takes its key from the environment variable ${api_key_env}, which is not set; set it, or remove \`api_key_env\` if the server needs no key`,
  )
}
