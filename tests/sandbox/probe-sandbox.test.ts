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
