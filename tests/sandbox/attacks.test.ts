import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodeOptions } from '../../verifiers/code/code-options.ts'
import { sandboxCommand } from '../../verifiers/code/sandbox.ts'
import { verifyCode } from '../../verifiers/code/verify-code.ts'
import { escapes } from './escapes.ts'
import type { Target } from './escapes.ts'
import { floods } from './floods.ts'
import { forgeries } from './forgeries.ts'
import { javascriptEscapes } from './javascript-escapes.ts'
import { kernelEscapes } from './kernel-escapes.ts'
import { sandboxMissing } from './sandbox-available.ts'

const options = CodeOptions.parse({ cpu_seconds: 2, wall_seconds: 5 })
const table: { attack: string; outcome: string }[] = []

async function attackWith(name: string, program: string, tests: object): Promise<string> {
  const input = { prompt: '', answers: [JSON.stringify(tests)], choices: [], output: program, bare: true }
  const { verdict, reason } = await verifyCode(input, options)
  table.push({ attack: name, outcome: `${verdict}: ${reason}` })
  return `${verdict}: ${reason}`
}

function listen(server: Server, address: number | string): Promise<void> {
  return new Promise((resolve) => {
    if (typeof address === 'number') server.listen(address, '127.0.0.1', resolve)
    else server.listen(address, resolve)
  })
}

function runOutside(program: string): string {
  return spawnSync('python3', ['-c', `${program}\nprint(attack())`], { encoding: 'utf8' }).stdout.trim()
}

function runOutsideInNode(program: string): string {
  const script = `${program}\nattack().then((result) => process.stdout.write(result))`
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout
}

/** Processes of this machine whose command line holds a token. */
function processesWith(token: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/u.test(pid) || !existsSync(`/proc/${pid}/cmdline`)) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(token)
    } catch {
      // It ended between being listed and being read.
      return false
    }
  })
}

describe.skipIf(sandboxMissing)('the sandbox', () => {
  const servers = [
    createServer((socket) => socket.destroy()),
    createServer((socket) => socket.destroy()),
  ] as const
  let folder: string
  let target: Target

  beforeAll(async () => {
    const token = randomBytes(8).toString('hex')
    folder = await mkdtemp(join(tmpdir(), 'twinstill-attack-'))
    await chmod(folder, 0o777)
    const abstractSocket = `twinstill-${token}`
    await Promise.all([listen(servers[0], 0), listen(servers[1], `\0${abstractSocket}`)])
    target = {
      secretFile: join(folder, 'secret'),
      writableFile: join(folder, 'written'),
      port: (servers[0].address() as AddressInfo).port,
      abstractSocket,
      pid: process.pid,
      variable: `TWINSTILL_${token}`,
      token,
    }
    await writeFile(target.secretFile, token, { mode: 0o644 })
    process.env[target.variable] = token
  })

  afterAll(async () => {
    servers.forEach((server) => server.close())
    Reflect.deleteProperty(process.env, target.variable)
    await rm(folder, { recursive: true })
    const width = Math.max(...table.map(({ attack }) => attack.length))
    const lines = table.map(({ attack, outcome }) => `${attack.padEnd(width)}  ${outcome}`)
    process.stdout.write(`\n${table.length} attacks\n${lines.join('\n')}\n`)
  })

  it('never runs as root', () => {
    const limits = { cpuSeconds: 1, memoryMb: 64, processes: 4, fileMb: 1 }
    const command = sandboxCommand({ argv: ['true'], limits })
    const outermost = command.find((word) => word === 'setpriv' || word === 'bwrap')
    expect(outermost).toBe(process.getuid?.() === 0 ? 'setpriv' : 'bwrap')
  })

  it.each([...escapes, ...kernelEscapes])(
    'does not let a program $name',
    async ({ name, program, works }) => {
      // What works without a sandbox is stopped by the sandbox and not by a fault of the attack.
      const outside = works === true ? runOutside(program(target)) : 'through'
      expect(outside).toBe('through')
      await rm(target.writableFile, { force: true })
      const outcome = await attackWith(name, program(target), {
        kind: 'python',
        tests: "def check(candidate):\n    assert candidate() == 'through'\n",
        entry_point: 'attack',
      })
      expect(outcome).toMatch(/^incorrect: (?:wrong_answer|runtime_error)$/u)
      expect(existsSync(target.writableFile)).toBe(false)
    },
  )

  it.each(javascriptEscapes)('does not let a JavaScript program $name', async ({ name, program, works }) => {
    const source = program(target)
    const outside = works === true ? runOutsideInNode(source) : 'through'
    expect(outside).toBe('through')
    await rm(target.writableFile, { force: true })
    const tests = "async function check(candidate) { assert.strictEqual(await candidate(), 'through') }"
    const outcome = await attackWith(`JavaScript: ${name}`, source, {
      kind: 'javascript',
      tests,
      entry_point: 'attack',
    })
    expect(outcome).toMatch(/^incorrect: (?:wrong_answer|runtime_error)$/u)
    expect(existsSync(target.writableFile)).toBe(false)
  })

  it.each(floods)('survives a $name', async ({ name, program, tests, expected }) => {
    const outcome = await attackWith(name, program, { kind: 'python', tests, entry_point: 'attack' })
    expect(outcome).toMatch(expected)
  })

  it.each(forgeries)('is not deceived: $name', async (forgery) => {
    const { name, program, tests, language = 'python', entryPoint = 'double' } = forgery
    const outcome = await attackWith(name, program, { kind: language, tests, entry_point: entryPoint })
    expect(outcome).toMatch(/^(?:incorrect|undecided): /u)
  })

  it('leaves no process behind', async () => {
    const token = randomBytes(8).toString('hex')
    const program = `
import os, subprocess, sys
def attack():
    command = [sys.executable, '-c', 'import time; time.sleep(1000)', '${token}']
    subprocess.Popen(command, start_new_session=True)
    if os.fork() == 0:
        os.setsid()
        os.execv(sys.executable, command)
    return 'started'
`
    const tests = "def check(candidate):\n    assert candidate() == 'started'\n"
    const outcome = await attackWith('leave a process behind', program, {
      kind: 'python',
      tests,
      entry_point: 'attack',
    })
    // It may start what it likes inside; the verdict is about the answer.
    expect(outcome).toBe('correct: ')
    expect(processesWith(token)).toEqual([])
  })
})
