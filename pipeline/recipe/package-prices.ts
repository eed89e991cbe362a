import { readFile } from 'node:fs/promises'
import type { calcPrice, findProvider, PriceOptions, Provider } from '@pydantic/genai-prices'
import { UsageError } from '../../schemas/errors.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import type { Price, Rates } from '../../teachers/endpoint-options.ts'
import { askedModels } from './asked-models.ts'
import type { Recipe } from './recipe.ts'

/** What is used of the package, which is loaded only where a recipe names it: it is large. */
type Prices = { calcPrice: typeof calcPrice; findProvider: typeof findProvider }

/** Providers of chat completions that the package knows, for hints: the package exports no such list. */
export const knownProviders = [
  'together',
  'fireworks',
  'openrouter',
  'deepseek',
  'groq',
  'cerebras',
  'novita',
  'openai',
  'azure',
  'aws',
  'google',
  'mistral',
  'ovhcloud',
  'huggingface_together',
  'huggingface_novita',
]

/**
 * Replaces every price that a recipe takes from a package by the prices themselves, so that nothing later needs the
 * package and the run's record says what they were. Where they change with the time of day or the length of the prompt,
 * the dearest holds.
 *
 * @param now milliseconds since 1970
 * @throws UsageError naming the provider or the model that the package does not know, with the nearest names
 */
export async function withPackagePrices(recipe: Recipe, now: () => number): Promise<Recipe> {
  if (Object.values(recipe.endpoints).every(({ price }) => price?.package === undefined)) return recipe
  const prices = await import('@pydantic/genai-prices')
  const version = await packageVersion()
  const endpoints = Object.entries(recipe.endpoints).map(([name, endpoint]) => {
    const { price } = endpoint
    if (price?.package === undefined) return [name, endpoint] as const
    const asked = askedModels(recipe).filter((each) => each.endpoint === name)
    const models = [...new Set(asked.map(({ model }) => model))]
    return [
      name,
      { ...endpoint, price: resolve(prices, { where: name, price, models, version, now }) },
    ] as const
  })
  return { ...recipe, endpoints: Object.fromEntries(endpoints) }
}

type Wanted = { where: string; price: Price; models: string[]; version: string; now: () => number }

function resolve(prices: Prices, { where, price, models, version, now }: Wanted): Price {
  const provider = providerOf(prices, where, price.provider!)
  const varying = new Set<string>()
  const found = models.map((model) => {
    const rates = dearest(prices, provider, price.model ?? model, { where, now, varying })
    return [model, { ...rates, ...(price.batch !== undefined && { batch: price.batch }) }] as const
  })
  const remark = varying.size > 0 ? `; the dearest ${[...varying].join(' and ')}` : ''
  return {
    models: Object.fromEntries(found),
    date: new Date(now()).toISOString().slice(0, 10),
    source: `@pydantic/genai-prices ${version}, provider ${provider.id}${price.model === undefined ? '' : `, model ${price.model}`}${remark}`,
  }
}

function providerOf(prices: Prices, where: string, name: string): Provider {
  const provider = prices.findProvider({ providerId: name })
  if (provider !== undefined) return provider
  const nearest = nearestName(name, knownProviders)
  throw new UsageError(
    `endpoints.${where}.price.provider: the package knows no \`${name}\`; ${nearest ? `did you mean \`${nearest}\`?` : `some that it knows: ${knownProviders.join(', ')}`}`,
  )
}

type Varying = Pick<Wanted, 'where' | 'now'> & { varying: Set<string> }

/** Asked for every half hour of the day: rules by time of day have no other form that can be compared. */
function dearest(prices: Prices, provider: Provider, model: string, { where, now, varying }: Varying): Rates {
  const day = Math.floor(now() / 86_400_000) * 86_400_000
  const seen: Rates[] = []
  for (let halfHour = 0; halfHour < 48; halfHour++) {
    const options: PriceOptions = { providerId: provider.id, timestamp: new Date(day + halfHour * 1_800_000) }
    const found = prices.calcPrice({ input_tokens: 0, output_tokens: 0 }, model, options)
    if (found === null) throw unknownModel(where, provider, model)
    const { input_mtok, output_mtok, cache_read_mtok } = found.model_price
    if (input_mtok === undefined || output_mtok === undefined)
      throw new UsageError(
        `endpoints.${where}.price: the package has no price by token for \`${model}\` of ${provider.id}; state input and output yourself`,
      )
    const highest = (price: typeof input_mtok): number => {
      if (typeof price === 'number') return price
      varying.add('of its prices by prompt length')
      return Math.max(price.base, ...price.tiers.map((tier) => tier.price))
    }
    seen.push({
      input: highest(input_mtok),
      output: highest(output_mtok),
      ...(cache_read_mtok !== undefined && { cached_input: highest(cache_read_mtok) }),
    })
  }
  const of = (pick: (rates: Rates) => number): number => {
    const values = seen.map(pick)
    if (new Set(values).size > 1) varying.add('of its prices by time of day')
    return Math.max(...values)
  }
  return {
    input: of(({ input }) => input),
    output: of(({ output }) => output),
    ...(seen.some((rates) => rates.cached_input !== undefined) && {
      cached_input: of(({ input, cached_input = input }) => cached_input),
    }),
  }
}

function unknownModel(where: string, provider: Provider, model: string): UsageError {
  const ids = provider.models.map(({ id }) => id)
  const word = bare(model)
  const alike = ids.filter((id) => bare(id).includes(word) || word.includes(bare(id)))
  const nearest = nearestName(word, ids.map(bare))
  const close = ids.filter((id) => bare(id) === nearest)
  const names = [...new Set([...close, ...alike])].slice(0, 5)
  const family = ids.filter((id) => bare(id).startsWith(word.slice(0, 4))).slice(0, 5)
  const near = (names.length > 0 ? names : family).map((id) => `\`${id}\``).join(', ')
  const way = near === '' ? '' : `near it are ${near}: name one in \`model\`, or `
  return new UsageError(
    `endpoints.${where}.price: the package has no model \`${model}\` of ${provider.id}; ${way}state input and output yourself`,
  )
}

/** Hosts put the maker before the name or leave it out. */
function bare(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase()
}

async function packageVersion(): Promise<string> {
  const path = new URL('../package.json', import.meta.resolve('@pydantic/genai-prices'))
  return (JSON.parse(await readFile(path, 'utf8')) as { version: string }).version
}
