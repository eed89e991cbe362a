import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { UsageError } from '../../schemas/errors.ts'
import { openFileLimit, requireOpenFiles } from '../../teachers/wire/open-files.ts'

test('too many connections are refused in one line with both numbers and the command', () => {
  expect(() => requireOpenFiles(2048, 1024)).toThrow(UsageError)
  expect(() => requireOpenFiles(2048, 1024)).toThrow(
    /2048 requests .* need 2304 open files, and this process may open 1024: run `ulimit -n 2304`/u,
  )
})

test('room for all of them, and a limit that nobody knows, are no objection', () => {
  requireOpenFiles(768, 1024)
  requireOpenFiles(1_000_000, null)
  expect(() => requireOpenFiles(769, 1024)).toThrow(UsageError)
})

test('the limit is the one of the process', () => {
  const module = new URL('../../teachers/wire/open-files.ts', import.meta.url).href
  const script = `import { openFileLimit } from ${JSON.stringify(module)}; console.log(openFileLimit())`
  const said = execFileSync('sh', [
    '-c',
    'ulimit -n 333 && exec "$0" --input-type=module -e "$1"',
    process.execPath,
    script,
  ])
  expect(said.toString().trim()).toBe('333')
  expect(openFileLimit()).toBeGreaterThan(0)
})
