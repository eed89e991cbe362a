import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../../schemas/errors.ts'
import { CodeOptions } from '../../verifiers/code/code-options.ts'
import { probeNames, probeSandbox, requireSandbox } from '../../verifiers/code/probe-sandbox.ts'
import { sandboxMissing } from './sandbox-available.ts'

const options = CodeOptions.parse({})
const path = process.env['PATH'] ?? ''
const realBwrap = spawnSync('sh', ['-c', 'command -v bwrap'], { encoding: 'utf8' }).stdout.trim()
/** Takes `prlimit … --` out of the arguments. */
const WITHOUT_PRLIMIT = `
left=$#; skip=no
while [ $left -gt 0 ]; do
  argument=$1; shift; left=$((left - 1))
  if [ "$argument" = prlimit ]; then skip=yes
  elif [ $skip = no ]; then set -- "$@" "$argument"
  elif [ "$argument" = -- ]; then skip=no
  fi
done`
/** Takes the filter of system calls out of the arguments. */
const WITHOUT_FILTER = `
left=$#
while [ $left -gt 0 ]; do
  argument=$1; shift; left=$((left - 1))
  if [ "$argument" = --seccomp ]; then shift; left=$((left - 1)); else set -- "$@" "$argument"; fi
done`
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twinstill-bwrap-'))
  await chmod(folder, 0o755)
})

afterEach(async () => {
  process.env['PATH'] = path
  await rm(folder, { recursive: true })
})

/** Puts a program in front of the machine's own. */
async function replace(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  process.env['PATH'] = `${folder}:${path}`
}

/** What gets through when the probes are tried by a process that has a session keyring, as one of a login has. */
function probesUnderAKeyring(): string[] {
  const keyctl = process.arch === 'x64' ? 250 : 219
  const program = `
    import { CodeOptions } from '${new URL('../../verifiers/code/code-options.ts', import.meta.url).href}'
    import { probeSandbox } from '${new URL('../../verifiers/code/probe-sandbox.ts', import.meta.url).href}'
    const { probes } = await probeSandbox(CodeOptions.parse({}))
    console.log(JSON.stringify(probes.filter(({ through }) => through).map(({ probe }) => probe)))`
  const join = `import ctypes, os, sys
assert ctypes.CDLL(None).syscall(${keyctl}, 1, None) > 0
os.execv(sys.argv[1], sys.argv[1:])`
  const command = [process.execPath, '--input-type=module', '-e', program]
  const run = spawnSync('/usr/bin/python3', ['-c', join, ...command], { encoding: 'utf8' })
  return JSON.parse(run.stdout) as string[]
}

describe.skipIf(sandboxMissing)('the probes of the sandbox', () => {
  it('are all stopped', async () => {
    const { probes, trouble } = await probeSandbox(options)
    process.stdout.write(
      `\n${probes.map(({ probe, detail }) => `${probe.padEnd(12)} ${detail}`).join('\n')}\n`,
    )
    expect(trouble).toBe('')
    expect(probes.map(({ probe, through }) => ({ probe, through }))).toEqual(
      probeNames.map((probe) => ({ probe, through: false })),
    )
    await requireSandbox(options)
  })

  it('get out of a sandbox that is none, and code is refused in one line that names them', async () => {
    await replace('bwrap', 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"')
    const refused = await requireSandbox(options).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(UsageError)
    const { message } = refused as UsageError
    expect(message).toMatch(/secret_file, environment, host_write, process_ids, loopback/u)
    expect(message).toMatch(/install bubblewrap/u)
    expect(message).not.toContain('\n')
  })

  it('get memory, processes and files where the limits are not set', async () => {
    await replace('bwrap', `${WITHOUT_PRLIMIT}\nexec ${realBwrap} "$@"`)
    const { probes } = await probeSandbox(options)
    const through = probes.filter((probe) => probe.through).map(({ probe }) => probe)
    expect(through).toEqual(['memory', 'forks', 'big_file'])
  })

  it('find the calls of the kernel where no filter is set', async () => {
    await replace('bwrap', `${WITHOUT_FILTER}\nexec ${realBwrap} "$@"`)
    const { probes } = await probeSandbox(options)
    const through = probes.filter((probe) => probe.through)
    expect(through.map(({ probe }) => probe)).toEqual(['system_calls'])
    expect(through[0]?.detail).toMatch(/keyctl.*ptrace/u)
  })

  it('find the keyring of this process where nothing takes it away', async () => {
    await replace('bwrap', `${WITHOUT_FILTER}\nexec ${realBwrap} "$@"`)
    expect(probesUnderAKeyring()).toEqual(['system_calls'])
    // What starts the rest with a new keyring; here it only starts the rest.
    await replace('perl', 'shift 2; exec "$@"')
    await replace('python3', 'shift 4; exec "$@"')
    expect(probesUnderAKeyring()).toEqual(['keyring', 'system_calls'])
  })

  it.each([
    ['exit 1', /status 1/u],
    [
      'echo "bwrap: No permissions to create new namespace" >&2; exit 1',
      /No permissions to create new namespace/u,
    ],
  ])('say why the sandbox does not start: %s', async (script, reason) => {
    await replace('bwrap', script)
    await expect(requireSandbox(options)).rejects.toThrow(reason)
    await expect(requireSandbox(options)).rejects.toThrow(UsageError)
  })

  it('say that a program is missing', async () => {
    process.env['PATH'] = folder
    await expect(requireSandbox(options)).rejects.toThrow(/install bubblewrap/u)
  })
})
