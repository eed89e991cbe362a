import { expect, test } from 'vitest'
import { codeRun } from '../support/code-problems.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('without a sandbox no program is run: the run ends with 2, says what is missing, and keeps what was answered', async () => {
  await using folder = await temporaryFolder()
  await using code = await codeRun(folder.path)
  const options = { cwd: folder.path, environment: { PATH: folder.path } }
  const refused = await runCli(['distill', code.recipe], options)
  expect(refused.stderr).toMatch(/^error: wanted a sandbox to run code, got .*install bubblewrap/m)
  expect(refused.code).toBe(2)
  expect(await runCli(['verify', code.recipe], options)).toMatchObject({ code: 2 })
  expect(code.requests).toHaveLength(6)
})
