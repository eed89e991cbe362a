import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** `keyctl`, with `KEYCTL_JOIN_SESSION_KEYRING` as its first argument, by processor. */
const KEYCTL: Partial<Record<NodeJS.Architecture, number>> = { x64: 250, arm64: 219 }
const JOIN_SESSION_KEYRING = 1
/** `add_key`, by processor. */
const ADD_KEY: Partial<Record<NodeJS.Architecture, number>> = { x64: 248, arm64: 217 }
const UNLINK = 9
const SESSION_KEYRING = -3

let program: 'perl' | 'python' | undefined

/**
 * The front of a command line that starts the rest of it with a new, empty session keyring: no namespace takes the one of
 * this process away, and whoever has it can read and write what is in it. Where the kernel has no keyrings or refuses one,
 * the rest starts all the same: `probeSandbox` tells whether that left a way out.
 *
 * Node cannot call the kernel itself; Perl, where there is one, starts ten times faster than Python.
 */
export function withSessionKeyring(python: string): string[] {
  const keyctl = KEYCTL[process.arch]
  if (keyctl === undefined) return []
  program ??= isInstalled('perl') ? 'perl' : 'python'
  if (program === 'perl')
    return ['perl', '-e', `syscall(${keyctl}, ${JOIN_SESSION_KEYRING}, 0); exec { $ARGV[0] } @ARGV; exit 127`]
  const source = `import ctypes, os, sys
ctypes.CDLL(None).syscall(${keyctl}, ${JOIN_SESSION_KEYRING}, None)
os.execvp(sys.argv[1], sys.argv[1:])`
  return [python, '-I', '-S', '-c', source]
}

/**
 * Puts a key into the session keyring of this process, for the probe that no sandbox finds it, and takes it out again. A
 * kernel without keyrings takes none, and has nothing to find.
 */
export function plantKey(secret: string, python: string): { name: string } & Disposable {
  const name = `twinstill-${secret}`
  const [addKey, keyctl] = [ADD_KEY[process.arch], KEYCTL[process.arch]]
  if (addKey === undefined || keyctl === undefined) return { name, [Symbol.dispose]: () => {} }
  const key = call(
    python,
    `libc.syscall(${addKey}, b'user', b'${name}', b'${secret}', ${secret.length}, c(${SESSION_KEYRING}))`,
  )
  return {
    name,
    [Symbol.dispose]: () => {
      if (/^\d+$/u.test(key))
        call(python, `libc.syscall(${keyctl}, ${UNLINK}, c(${key}), c(${SESSION_KEYRING}))`)
    },
  }
}

function call(python: string, expression: string): string {
  const source = `import ctypes\nlibc, c = ctypes.CDLL(None), ctypes.c_long\nprint(${expression})`
  return spawnSync(python, ['-I', '-S', '-c', source], { encoding: 'utf8' }).stdout?.trim() ?? ''
}

function isInstalled(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
