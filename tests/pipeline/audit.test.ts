import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askMathVerify } from '../../pipeline/commands/audit/math-verify.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const questions = [
  { gold: '5', output: 'So it is \\boxed{5}.' },
  { gold: '6', output: 'So it is \\boxed{5}.' },
]

test('another implementation is asked about every answer, in order', async () => {
  await using folder = await temporaryFolder()
  // Any program that reads such lines and writes such lines will do.
  const program = join(folder.path, 'other')
  const compare =
    'const lines = require("fs").readFileSync(0, "utf8").split("\\n"); for (const line of lines) { const [gold, output] = JSON.parse(line); console.log(JSON.stringify([output.includes("{" + gold + "}"), 1])) }'
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' -e '${compare}'\n`)
  await chmod(program, 0o755)
  expect(await askMathVerify(program, questions)).toEqual([true, false])
})

test('without it one line says what is wanted and what to do', async () => {
  await expect(askMathVerify('/nowhere/python', questions)).rejects.toThrow(
    /math-verify, got \/nowhere\/python .*TWINSTILL_PYTHON/u,
  )
})
