import { spawnSync } from 'node:child_process'

const missing = ['bwrap', 'prlimit', 'setpriv', 'python3'].filter(
  (program) => spawnSync(program, ['--version']).error !== undefined,
)

/** Sandboxes need programs that not every machine has; a suite that is skipped for it must say so. */
export const sandboxMissing = missing.length > 0
if (sandboxMissing) process.stderr.write(`SKIPPED: the sandbox tests need ${missing.join(', ')}\n`)
