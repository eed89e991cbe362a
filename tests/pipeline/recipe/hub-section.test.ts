import { expect, test } from 'vitest'
import { loadRecipe } from '../../../pipeline/recipe/load-recipe.ts'
import { smallRecipe, writeRecipe } from '../../support/recipe-file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function load(problems: object): Promise<unknown> {
  await using folder = await temporaryFolder()
  const path = await writeRecipe(folder.path, smallRecipe('http://127.0.0.1:1/v1', { problems }))
  return (await loadRecipe(path, {})).problems
}

const hub = 'demo-org/sums'

test('a dataset of the Hub is a third way beside files and built-in problems', async () => {
  expect(await load({ hub, config: 'main', split: 'test', revision: 'v1.0', limit: 5 })).toMatchObject({
    hub,
    config: 'main',
    split: 'test',
    revision: 'v1.0',
    limit: 5,
  })
  expect(await load({ hub: 'gsm8k' })).toMatchObject({ hub: 'gsm8k' })
})

test.each([
  [
    { hub, files: 'a.jsonl' },
    'give one of `files` (your own problems), `hub` (a dataset of the Hub) and `builtin` (generated ones)',
  ],
  [
    { hub: 'https://huggingface.co/datasets/demo-org/sums' },
    '`problems.hub` is "https://huggingface.co/datasets/demo-org/sums": expected the name of a dataset on the Hub, such as openai/gsm8k',
  ],
  [{ hub: '../sums' }, 'expected the name of a dataset on the Hub, such as openai/gsm8k'],
  [{ files: 'a.jsonl', split: 'test' }, '`config`, `split` and `revision` go with `hub`'],
  [{ hub, format: 'csv' }, '`format` goes with `files`; the files of a dataset are told by their names'],
  [{ hub, splits: 'test' }, 'unknown key `problems.splits`; did you mean `split`?'],
])('what cannot be meant is refused: %j', async (problems, message) => {
  await expect(load(problems)).rejects.toThrow(message)
})
