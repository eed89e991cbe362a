import { expect, onTestFinished, test } from 'vitest'
import { loadRecipe } from '../../../pipeline/recipe/load-recipe.ts'
import { resolveRun } from '../../../pipeline/recipe/resolve-run.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../../support/recipe-file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const endpoint = { base_url: 'http://127.0.0.1:1/v1' }
const arm = { role: 'ift', teacher: 'generic', model: 'm', endpoint: 'teacher' }
const token = ['ghp', 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5'].join('_')

async function load(changes: RecipeTree, environment: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const path = await writeRecipe(folder.path, smallRecipe('http://127.0.0.1:1/v1', changes))
  return resolveRun(await loadRecipe(path, environment), undefined, folder.path)
}

const names = [
  'GH_PAT',
  'DB_PWD',
  'AWS_ACCESS_KEY_ID',
  'OPENAI_API_KEY_2',
  'MY_SECRETS',
  'HF_TOKEN',
  'APIKEY',
  'SERVICE_CREDENTIALS_FILE',
  'BASIC_AUTH',
  'SESSION_COOKIE',
]
test.each(names)('${%s} expands nowhere', async (name) => {
  const value = { [name]: 'a value that is no word' }
  for (const changes of [
    { endpoints: { teacher: { base_url: `http://127.0.0.1:1/\${${name}}/v1` } } },
    { arms: { one: { ...arm, model: `\${${name}}` } } },
    { arms: { one: { ...arm, system: `\${${name}}` } } },
  ])
    await expect(load(changes, value)).rejects.toThrow(/looks like a secret.*api_key_env/u)
})

const harmless = { WORD: 'a plain word' }
test.each<[string, RecipeTree]>([
  ['a system prompt', { arms: { one: { ...arm, system: 'I am ${WORD}' } } }],
  ['a field for the server', { arms: { one: { ...arm, extra_body: { user: { name: ['${WORD}'] } } } } }],
  ['the name of a variable', { endpoints: { teacher: { ...endpoint, api_key_env: '${WORD}' } } }],
  ['a description', { description: '${WORD}' }],
  ['an instruction', { instructions: { math: '${WORD:-x}' } }],
  ['a title', { write: { title: '${WORD}' } }],
])('%s does not come from the environment, whatever the variable is called', async (_name, changes) => {
  await expect(load(changes, harmless)).rejects.toThrow(/\$\{WORD\} cannot stand here/u)
})

test('addresses, paths and names do', async () => {
  const { recipe } = await load(
    {
      name: '${RUN}',
      endpoints: { teacher: { base_url: ['${URL}', '${URL}2'], dialect: '${KIND}' } },
      arms: { one: { ...arm, model: '${MODEL:-m}', endpoint: 'teacher' } },
      push: { repo: '${REPO}' },
    },
    { RUN: 'nightly', URL: 'http://127.0.0.1:1/v1', KIND: 'vllm', REPO: 'org/set', TOKENIZER_PATH: 'x' },
  )
  expect(recipe).toMatchObject({ name: 'nightly', push: { repo: 'org/set' } })
  expect(recipe.arms['one']).toMatchObject({ model: 'm' })
})

const sized = {
  problems: { builtin: { count: '${COUNT:-7}' }, per_shard: '${PER_SHARD:-256}' },
  arms: { one: { ...arm, samples: '${SAMPLES}', max_tokens: '${MAX_TOKENS:-4096}' } },
  budget: { tokens: '${BUDGET_TOKENS:-9000}' },
}

test('sizes do, where they are plain numbers', async () => {
  const { recipe } = await load(sized, { SAMPLES: '2' })
  expect(recipe).toMatchObject({
    problems: { builtin: { count: 7 }, per_shard: 256 },
    arms: { one: { samples: 2, max_tokens: 4096 } },
    budget: { tokens: 9000 },
  })
})

test('sizes that are members of a size do too', async () => {
  const changes = {
    arms: { one: { ...arm, samples: { min: 1, max: '${MOST:-3}' } } },
    verify: { code: { memory_mb: '${MEMORY_MB:-512}' } },
  }
  const { recipe } = await load(changes, { MOST: '4' })
  expect(recipe).toMatchObject({ verify: { code: { memory_mb: 512 } } })
  expect(recipe.arms['one']).toMatchObject({ samples: { max: 4 } })
})

test.each([
  ['a word', { SAMPLES: 'two' }, /arms\.one\.samples: a number is wanted from SAMPLES/u],
  ['as many digits as a key has', { SAMPLES: '12345678901234567890' }, /a number is wanted from SAMPLES/u],
  ['nothing', {}, /the environment variable SAMPLES is not set/u],
])('a size that is %s is refused without its value', async (_name, environment, says) => {
  await expect(load(sized, environment)).rejects.toThrow(says)
})

test('a secret does not pass as a size', async () => {
  const changes = { problems: { builtin: { count: '${DB_PASSWORD}' } } }
  await expect(load(changes, { DB_PASSWORD: '1234' })).rejects.toThrow(/looks like a secret/u)
})

test('a value that has the form of a key is refused under any name', async () => {
  await expect(load({ arms: { one: { ...arm, model: '${MODEL}' } } }, { MODEL: token })).rejects.toThrow(
    /the value of MODEL has the form of a key \(GitHub token\)/u,
  )
})

test.each<[string, RecipeTree]>([
  ['a system prompt', { arms: { one: { ...arm, system: `use ${token}` } } }],
  ['a field for the server', { arms: { one: { ...arm, extra_body: { deep: [{ x: token }] } } } }],
  ['the name of a field', { arms: { one: { ...arm, extra_body: { [token]: 1 } } } }],
  ['an address', { endpoints: { teacher: { base_url: `http://127.0.0.1/${token}/v1` } } }],
  ['a default', { arms: { one: { ...arm, model: `\${NOT_SET:-${token}}` } } }],
  ['a header', { arms: { one: { ...arm, extra_body: { extra_headers: { Authorization: 'abc' } } } } }],
  ['a password', { arms: { one: { ...arm, extra_body: { auth: { password: 'abc' } } } } }],
])('a key in %s is refused with its place and without its value', async (_name, changes) => {
  const error = await load(changes).catch((thrown: unknown) => thrown as Error)
  expect(error).toMatchObject({ exitCode: 2 })
  expect((error as Error).message).toMatch(/form of a key|field for a secret/u)
  expect((error as Error).message).not.toContain('\n')
})

test('a text that only looks like a key may stand in a recipe that says so', async () => {
  const changes = { arms: { one: { ...arm, system: `never say ${token}` } } }
  const { message } = (await load(changes).catch((thrown: unknown) => thrown)) as Error
  const mark = /put ([0-9a-f]{12}) into `write.not_secrets`/u.exec(message)![1]!
  expect(message).not.toContain(token)
  await load({ ...changes, write: { not_secrets: [mark] } })
})

const inherited = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__proto__', '__defineGetter__']
test.each(inherited)('%s is no name that a recipe has by itself', async (name) => {
  const one = { one: arm }
  for (const changes of [
    { arms: { one: { ...arm, endpoint: name } } },
    { arms: one, pair: { require: [name] } },
    { arms: { one: { ...arm, teacher: name } } },
    { arms: one, verify: { judge: { teacher: 'generic', model: 'm', endpoint: name } } },
    { arms: one, endpoints: { teacher: { ...endpoint, dialect: name } } },
    { arms: one, write: { configs: [name] } },
    {
      arms: one,
      budget: { usd: 1 },
      endpoints: { teacher: { ...endpoint, price: { models: {}, date: '2026-01-01' } } },
    },
  ])
    await expect(load(changes)).rejects.toMatchObject({ exitCode: 2 })
})

test.each(['arms', 'endpoints', 'instructions', 'filter', 'verify'])(
  '__proto__ is no member of %s',
  async (section) => {
    const path = smallRecipe('http://127.0.0.1:1/v1') as Record<string, object>
    const own = JSON.parse(`{"__proto__": {"role": "x"}}`) as object
    const tree = { ...path[section] }
    Object.defineProperty(tree, '__proto__', { value: own, enumerable: true, configurable: true })
    await expect(load({ [section]: tree })).rejects.toMatchObject({ exitCode: 2 })
  },
)
