import { UsageError } from '../../../schemas/errors.ts'
import * as fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRecipe } from '../../../pipeline/recipe/load-recipe.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const base = `
name: base
problems: { files: a.jsonl }
endpoints:
  one: { base_url: "http://127.0.0.1:1/v1", max_in_flight: 8 }
arms:
  ift: { role: ift, teacher: qwen3, model: "\${MODEL:-small}", endpoint: one }
`

async function load(files: Record<string, string>, environment: Record<string, string> = {}) {
  await using folder = await temporaryFolder()
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text)
  return await loadRecipe(join(folder.path, Object.keys(files)[0]!), environment)
}

test('every default is filled in', async () => {
  const recipe = await load({ 'base.yaml': base })
  expect(recipe.pair).toEqual({ require: 'all', select: 'shortest' })
  expect(recipe.write.shard_bytes).toBe(256_000_000)
  expect(recipe.problems.per_shard).toBe(256)
  expect(recipe.endpoints['one']).toMatchObject({ dialect: 'openai', max_in_flight: 8, retries: 6 })
  expect(recipe.arms['ift']?.model).toBe('small')
  expect(recipe.instructions['math']).toContain('\\boxed{}')
})

test('the environment stands in for names, the default where it is unset or empty', async () => {
  expect((await load({ 'base.yaml': base }, { MODEL: 'large' })).arms['ift']?.model).toBe('large')
  expect((await load({ 'base.yaml': base }, { MODEL: '' })).arms['ift']?.model).toBe('small')
  await expect(load({ 'base.yaml': base.replace(':-small', '') })).rejects.toThrow(
    /the environment variable MODEL is not set; set it or give a default/,
  )
})

test('problems from another place take that of the inherited ones', async () => {
  const from = async (problems: string): Promise<object> =>
    (
      await load({
        'own.yaml': `extends: base.yaml\nproblems: ${problems}\n`,
        'base.yaml': base,
      })
    ).problems
  const taken = await from('{ hub: a/b, fields: { prompt: question } }')
  expect(taken).toMatchObject({ hub: 'a/b', fields: { prompt: 'question' } })
  expect(taken).not.toHaveProperty('files')
  const again = await load({
    'own.yaml': 'extends: hub.yaml\nproblems: { files: c.jsonl }\n',
    'hub.yaml': 'extends: base.yaml\nproblems: { hub: a/b, split: test, limit: 9 }\n',
    'base.yaml': base,
  })
  expect(again.problems).toMatchObject({ files: 'c.jsonl', limit: 9 })
  expect(again.problems).not.toHaveProperty('split')
})

test('an extending recipe overrides member by member, and null takes a member away', async () => {
  const child =
    'extends: base.yaml\nname: child\nendpoints: { one: { max_in_flight: 2 } }\nproblems: { files: null, builtin: { count: 5 } }\n'
  const recipe = await load({ 'child.yaml': child, 'base.yaml': base })
  expect(recipe.name).toBe('child')
  expect(recipe.endpoints['one']).toMatchObject({ base_url: 'http://127.0.0.1:1/v1', max_in_flight: 2 })
  expect(recipe.problems.builtin).toEqual({ count: 5, seed: 1 })
})

test('a mistake in a base is named with the base and its line', async () => {
  const broken = base.replace('max_in_flight: 8', 'max_in_flite: 8')
  await expect(
    load({ 'child.yaml': 'extends: base.yaml\nname: child\n', 'base.yaml': broken }),
  ).rejects.toThrow(
    /^base\.yaml:5: unknown key `endpoints\.one\.max_in_flite`; did you mean `max_in_flight`\?$/,
  )
})

test('recipes that extend each other are refused', async () => {
  await expect(
    load({ 'a.yaml': 'extends: b.yaml\nname: a\n', 'b.yaml': 'extends: a.yaml\nname: b\n' }),
  ).rejects.toThrow(/leads back to this file/)
})

test('a simulated endpoint needs no address, and a real address wins over its simulator', async () => {
  const recipe = await load({ 'base.yaml': base.replace('http://127.0.0.1:1/v1', 'simulated') })
  expect(recipe.endpoints['one']).toMatchObject({ simulator: {} })
  expect(recipe.endpoints['one']?.base_url).toBeUndefined()
})

test('sizes are read in powers of 1,000 and 1,024', async () => {
  for (const [text, bytes] of [
    ['64MB', 64_000_000],
    ['1.5GiB', 1.5 * 2 ** 30],
    ['12345', 12345],
  ] as const) {
    expect((await load({ 'base.yaml': `${base}write: { shard_bytes: ${text} }\n` })).write.shard_bytes).toBe(
      bytes,
    )
  }
  await expect(load({ 'base.yaml': `${base}write: { shard_bytes: big }\n` })).rejects.toThrow(
    /`write\.shard_bytes` is "big"/,
  )
})

test('a reference inside braces must be in quotes, and that is said', async () => {
  const unquoted = base.replace('"${MODEL:-small}"', '${MODEL:-small}')
  await expect(load({ 'base.yaml': unquoted })).rejects.toThrow(
    /not valid YAML: .*; inside \{ \} or \[ \] a reference must be in quotes: "\$\{NAME:-default\}"$/s,
  )
})

test('a base that is not there is named with the file that extends it', async () => {
  await expect(load({ 'child.yaml': 'extends: bases/none.yaml\nname: child\n' })).rejects.toThrow(
    /child\.yaml: `extends: bases\/none\.yaml` names no recipe \(looked in .*bases\); the path is relative to the file that says extends$/,
  )
})

test('whatever a recipe holds, its mistakes are told in words of recipes', async () => {
  const places = [
    'problems',
    'problems.files',
    'problems.fields.prompt',
    'problems.fields.choices',
    'problems.limit',
    'problems.encoding',
    'endpoints.one.base_url',
    'endpoints.one.max_in_flight',
    'endpoints.one.dialect',
    'endpoints.one.price',
    'arms.ift',
    'arms.ift.samples',
    'arms.ift.model',
    'arms.ift.sampling',
    'arms.ift.role',
    'budget',
    'verify.judge',
    'generate.probe',
    'write.shard_bytes',
    'filter.length',
    'filter.pass-rate',
    'pair.require',
    'push.repo',
    'seed',
    'name',
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), async (place, value) => {
      const tree = parse(base.replace(':-small', ':-small')) as Record<string, unknown>
      const steps = place.split('.')
      let node = tree
      for (const step of steps.slice(0, -1)) node = (node[step] ??= {}) as Record<string, unknown>
      node[steps.at(-1)!] = value
      const said = await load({ 'base.yaml': stringify(tree) }).then(
        () => '',
        (error: unknown) => {
          expect(error).toBeInstanceOf(UsageError)
          return (error as Error).message
        },
      )
      expect(said).not.toMatch(
        /Invalid (?:input|option|string|key|element)|Too (?:small|big):|Unrecognized key|, received /,
      )
    }),
    { numRuns: 300 },
  )
})
