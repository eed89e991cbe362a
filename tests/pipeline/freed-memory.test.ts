import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const row = `${JSON.stringify({ mode: 'thinking', response: '<think>It is 2.</think>2' })}\n`

/** Has a command read rows from a pipe, and looks at its process while it waits for more of them. */
async function inspected(environment: Record<string, string>, node: string[] = []) {
  await using folder = await temporaryFolder()
  const args = ['inspect', '-', '--json']
  const { child, ended } = startCli(args, { cwd: folder.path, keepStdin: true, environment, node })
  child.stdin!.write(row.repeat(1000))
  await once(child.stdout!, 'data')
  const read = async (name: string) => (await readFile(`/proc/${child.pid}/${name}`, 'utf8')).split('\0')
  const found = { environ: await read('environ'), command: await read('cmdline') }
  child.stdin!.end()
  return { ...found, ...(await ended) }
}

const isLinux = process.platform === 'linux'

test.runIf(isLinux)(
  'a command begins anew as the same process, with its flags, to give memory back',
  async () => {
    const { environ, command, code, stdout, stderr } = await inspected({ OWN: 'a b' }, ['--stack-size=900'])
    expect(environ).toEqual(expect.arrayContaining(['MALLOC_ARENA_MAX=2', 'OWN=a b']))
    expect(command).toEqual(expect.arrayContaining(['--stack-size=900', 'inspect', '-', '--json']))
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: '' })
    expect(stdout.split('It is 2.').length).toBeGreaterThanOrEqual(1000)
  },
)

test.runIf(isLinux)('what a user says of memory stays', async () => {
  const { environ, code } = await inspected({ MALLOC_TRIM_THRESHOLD_: '1000000' })
  expect(environ.filter((each) => each.startsWith('MALLOC_'))).toEqual(['MALLOC_TRIM_THRESHOLD_=1000000'])
  expect(code).toBe(0)
})
