import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRecipe } from '../../pipeline/recipe/load-recipe.ts'
import { resolveRun } from '../../pipeline/recipe/resolve-run.ts'
import { references } from '../../pipeline/docs/references.ts'

const root = join(import.meta.dirname, '..', '..')

test.each(Object.entries(references()))(
  'docs/%s is what the code says (npm run docs writes it)',
  async (name, text) => {
    expect(await readFile(join(root, 'docs', name), 'utf8')).toBe(text)
  },
)

test('every recipe in recipes/ can be run as it stands', async () => {
  const names = (await readdir(join(root, 'recipes'))).filter((name) => name.endsWith('.yaml'))
  expect(names.length).toBeGreaterThanOrEqual(3)
  for (const name of names) {
    const recipe = await loadRecipe(join(root, 'recipes', name), {})
    expect(resolveRun(recipe, undefined, root).arms.length).toBeGreaterThan(0)
  }
})

test('every npm script that the README names exists', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(8)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})
