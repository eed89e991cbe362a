import { expect, test } from 'vitest'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('options that the simulated teacher does not have are named before anything is asked', async () => {
  await using folder = await temporaryFolder()
  const recipe = await writeRecipe(
    folder.path,
    smallRecipe('', {
      endpoints: { teacher: { base_url: 'simulated', dialect: 'vllm', simulator: { lenght_scale: 2 } } },
    }),
  )
  const { code, stderr } = await runCli(['distill', recipe], { cwd: folder.path })
  expect(code).toBe(2)
  expect(stderr).toContain('error: the `simulator` of an endpoint is not right:')
  expect(stderr).toContain('lenght_scale')
  expect(stderr.match(/lenght_scale/gu)).toHaveLength(1)
})
