import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../schemas/errors.ts'
import type { CodeOptions } from './code-options.ts'
import { insideProgram } from './inside-sources.ts'
import { plantKey } from './session-keyring.ts'
import { startSandbox } from './sandbox.ts'

const ProbeLine = z.strictObject({ probe: z.string(), through: z.boolean(), detail: z.string() })

/** One way out of the sandbox that was tried; `through` means that it is open. */
export type Probe = z.infer<typeof ProbeLine>

/** `trouble` when the sandbox did not even start or a probe did not report. */
export type SandboxReport = { probes: Probe[]; trouble: string }

export const probeNames = [
  'secret_file',
  'environment',
  'host_write',
  'process_ids',
  'loopback',
  'memory',
  'forks',
  'big_file',
  'shadow_file',
  'keyring',
  'system_calls',
] as const

const PROBE_SECONDS = 60
const INSTALL =
  'install bubblewrap 0.8 or newer, util-linux (prlimit, setpriv) and python3, and allow unprivileged user namespaces and seccomp filters (x86-64 and ARM64)'

/**
 * Refuses to check code where the sandbox does not hold.
 *
 * @throws UsageError that names the probes that got out, or why the sandbox does not start, and what to install
 */
export async function requireSandbox(options: CodeOptions): Promise<void> {
  const { probes, trouble } = await probeSandbox(options)
  const open = probes.filter(({ through }) => through).map(({ probe }) => probe)
  if (open.length > 0) {
    throw new UsageError(
      `wanted a closed sandbox to run code, got out by ${open.join(', ')}; ${INSTALL}, or set no code verifier`,
    )
  }
  if (trouble !== '') {
    throw new UsageError(`wanted a sandbox to run code, got ${trouble}; ${INSTALL}, or set no code verifier`)
  }
}

/** Tries the ways out of the sandbox that a program is given: takes about a second, once per run. */
export async function probeSandbox(options: CodeOptions): Promise<SandboxReport> {
  const nonce = randomBytes(16).toString('hex')
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-probe-'))
  const server = createServer((socket) => socket.destroy())
  try {
    const secretFile = join(folder, 'secret')
    const writableFile = join(folder, 'written')
    // Open to everyone, so that only the sandbox stands between the probe and the file.
    await chmod(folder, 0o777)
    await writeFile(secretFile, nonce, { mode: 0o644 })
    using key = plantKey(nonce, options.python)
    const given = {
      nonce,
      key: key.name,
      secret_file: secretFile,
      writable_file: writableFile,
      pid: process.pid,
      port: await listen(server),
      memory_bytes: Math.max(2_048, options.memory_mb + 1) * 1_048_576,
      processes: options.processes + 1,
      file_mb: options.output_mb + 1,
    }
    const report = await runProbes(given, options)
    const written = await stat(writableFile).catch(() => undefined)
    const probes = report.probes.map((probe) =>
      probe.probe === 'host_write' ? { ...probe, through: written !== undefined } : probe,
    )
    return { ...report, probes }
  } finally {
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function runProbes(given: object, options: CodeOptions): Promise<SandboxReport> {
  // The nonce is put where a sandbox that hands on the environment would show it.
  const sandbox = startSandbox(insideProgram('probes', 'python', options), {
    TWINSTILL_PROBE: JSON.stringify(given),
  })
  const timer = setTimeout(() => sandbox.kill(), PROBE_SECONDS * 1_000)
  sandbox.stdin.end(`${JSON.stringify(given)}\n`)
  let text = ''
  for await (const chunk of sandbox.stdout.setEncoding('utf8')) text += chunk as string
  const { status, complaint } = await sandbox.ended
  clearTimeout(timer)
  const probes = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ProbeLine.parse(JSON.parse(line)))
  const missing = probeNames.filter((name) => !probes.some(({ probe }) => probe === name))
  if (missing.length === 0) return { probes, trouble: '' }
  const why = complaint.trim().split('\n').at(-1) ?? ''
  return {
    probes,
    trouble: `no answer to ${missing.join(', ')} (status ${status}${why === '' ? '' : `: ${why}`})`,
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
