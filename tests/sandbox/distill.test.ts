import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPart } from '../../store/parts/part.ts'
import { codeRun } from '../support/code-problems.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { sandboxMissing } from './sandbox-available.ts'

test.skipIf(sandboxMissing)('a run checks programs in sandboxes and everything else in threads', async () => {
  await using folder = await temporaryFolder()
  await using code = await codeRun(folder.path)
  expect(await runCli(['distill', code.recipe], { cwd: folder.path })).toMatchObject({ code: 0 })
  const verdicts: string[] = []
  for await (const row of readPart(join(folder.path, 'runs/code'), 'verdicts', 0))
    verdicts.push([row.verifier, row.verdict, row.path, row.reason].join(' ').trim())
  expect(verdicts.toSorted()).toEqual([
    'code correct python_tests',
    'code incorrect python_tests time_limit',
    'code incorrect python_tests wrong_answer',
    'math correct literal',
    'math correct literal',
    'math correct literal',
  ])
})
