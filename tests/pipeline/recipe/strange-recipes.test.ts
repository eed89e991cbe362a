import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRecipe } from '../../../pipeline/recipe/load-recipe.ts'
import { parseExactJson } from '../../../store/files/exact-json.ts'
import { smallRecipe, writeRecipe } from '../../support/recipe-file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test.each([
  ['an alias within itself', 'name: x\na: &a [*a]\n', 'stands inside of what it stands for'],
  [
    'an alias within a mapping of itself',
    'name: x\na: &a {b: {c: *a}}\n',
    'stands inside of what it stands for',
  ],
  [
    'two documents',
    'name: x\n---\nname: y\n',
    ':2: a recipe is one YAML document and here a second one begins',
  ],
])('%s is one line', async (_what, text, message) => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'recipe.yaml')
  await writeFile(path, text)
  const error: unknown = await loadRecipe(path, {}).catch((thrown: unknown) => thrown)
  expect(String(error)).toContain(message)
  expect(String(error)).not.toContain('\n')
})

test.each(['role', 'arm', 'endpoint', 'name'])(
  'a %s that no file system can hold is refused before money',
  async (what) => {
    await using folder = await temporaryFolder()
    const long = 'x'.repeat(300)
    const recipe = smallRecipe('http://127.0.0.1:9/v1')
    const { ift, reasoning } = recipe['arms'] as Record<string, object>
    const { teacher } = recipe['endpoints'] as Record<string, object>
    const changed = {
      role: { arms: { ift: { ...ift, role: long }, reasoning } },
      arm: { arms: { [long]: ift, reasoning } },
      endpoint: { endpoints: { teacher, [long]: teacher } },
      name: { name: long },
    }[what]
    const path = await writeRecipe(folder.path, { ...recipe, ...changed })
    await expect(loadRecipe(path, {})).rejects.toThrow('at most 80 letters')
  },
)

test.each([1, 400])('a row nested %i levels deep is read', (depth) => {
  expect(parseExactJson(`${'['.repeat(depth)}0.30${']'.repeat(depth)}`, 'texts')).toBeDefined()
})

test.each([600, 5000, 200_000])(
  'a row nested %i levels deep is no JSON for us, whatever is in it',
  (depth) => {
    for (const inside of ['1', '0.30', '12345678901234567890', '{"a":1}'])
      expect(() => parseExactJson(`${'['.repeat(depth)}${inside}${']'.repeat(depth)}`, 'texts')).toThrow(
        SyntaxError,
      )
  },
)
