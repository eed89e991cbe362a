import { join } from 'node:path'
import { findProvider } from '@pydantic/genai-prices'
import { describe, expect, test } from 'vitest'
import { loadRecipe } from '../../../pipeline/recipe/load-recipe.ts'
import { knownProviders } from '../../../pipeline/recipe/package-prices.ts'
import { Price } from '../../../teachers/endpoint-options.ts'
import { writeRecipe, type RecipeTree } from '../../support/recipe-file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const noon = (): number => Date.parse('2026-11-20T12:00:00Z')

async function priceOf(price: RecipeTree, ...models: string[]): Promise<Price> {
  await using folder = await temporaryFolder()
  const path = await writeRecipe(folder.path, {
    name: 'priced',
    problems: { builtin: { count: 4 } },
    endpoints: { host: { base_url: 'http://127.0.0.1:9/v1', price } },
    arms: Object.fromEntries(
      models.map((model, index) => [
        `a${index}`,
        { role: `r${index}`, teacher: 'generic', model, endpoint: 'host' },
      ]),
    ),
  })
  const recipe = await loadRecipe(join(path), {}, noon)
  return Price.parse(recipe.endpoints['host']!.price)
}

describe('prices from the package', () => {
  test('become plain prices of every model that is asked, with where they came from', async () => {
    const price = await priceOf(
      { package: 'genai-prices', provider: 'openrouter', batch: 0.5 },
      'openai/gpt-oss-120b',
      'openai/gpt-oss-20b',
    )
    expect(price.models!['openai/gpt-oss-120b']).toMatchObject({ input: 0.039, output: 0.18, batch: 0.5 })
    expect(price.models!['openai/gpt-oss-20b']).toMatchObject({ input: 0.029, output: 0.14 })
    expect(price).toMatchObject({ date: '2026-11-20' })
    expect(price.source).toMatch(/^@pydantic\/genai-prices \d+\.\d+\.\d+, provider openrouter$/)
    expect(price).not.toHaveProperty('package')
  })

  test('are the dearest of the day where they change with its time', async () => {
    const price = await priceOf({ package: 'genai-prices', provider: 'deepseek' }, 'deepseek-v4-pro')
    expect(price.models).toEqual({ 'deepseek-v4-pro': { input: 1.32, output: 3.96, cached_input: 0.044 } })
    expect(price.source).toContain('; the dearest of its prices by time of day')
  })

  test('are the dearest of those that depend on the length of the prompt', async () => {
    const price = await priceOf({ package: 'genai-prices', provider: 'google' }, 'gemini-2.5-pro')
    expect(price.models!['gemini-2.5-pro']).toMatchObject({ input: 2.5, output: 15 })
    expect(price.source).toContain('by prompt length')
  })

  test('can be those of a model that is called otherwise there', async () => {
    const price = await priceOf(
      { package: 'genai-prices', provider: 'openrouter', model: 'openai/gpt-oss-120b' },
      'my-deployment',
    )
    expect(price.models).toEqual({ 'my-deployment': expect.objectContaining({ output: 0.18 }) as unknown })
  })

  test('of what the package does not know are refused with the nearest names', async () => {
    await expect(priceOf({ package: 'genai-prices', provider: 'togethr' }, 'm')).rejects.toThrow(
      'endpoints.host.price.provider: the package knows no `togethr`; did you mean `together`?',
    )
    await expect(
      priceOf({ package: 'genai-prices', provider: 'openrouter' }, 'openai/gpt-oss-12ob'),
    ).rejects.toThrow(/no model `openai\/gpt-oss-12ob` of openrouter; near it are `openai\/gpt-oss-120b`/)
    await expect(priceOf({ package: 'genai-prices' }, 'm')).rejects.toThrow('endpoints.host.price.provider')
    await expect(priceOf({ package: 'genai-prices', provider: 'groq', input: 1 }, 'm')).rejects.toThrow(
      'state either prices or `package`',
    )
  })

  test('every provider that a hint names is there', () => {
    expect(knownProviders.filter((name) => findProvider({ providerId: name })?.id !== name)).toEqual([])
  })
})

test('prices of single models need none for the endpoint, and half a price is none', async () => {
  const models = { m: { input: 1, output: 2 } }
  expect(await priceOf({ date: '2026-11-01', models }, 'm')).toEqual({ date: '2026-11-01', models })
  await expect(priceOf({ date: '2026-11-01', input: 1 }, 'm')).rejects.toThrow('endpoints.host.price.output')
  await expect(priceOf({ date: '2026-11-01', input: 1, output: 1, model: 'm' }, 'm')).rejects.toThrow(
    'state `package` too',
  )
})
