import process from 'node:process'

/**
 * What the C library of Linux is told: it keeps two pools of freed memory, where it would keep eight a processor, and hands
 * every larger piece back at once. It reads this from the environment when a process begins, and never again.
 */
const settings = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
} as const

/**
 * Begins this process anew with settings by which freed memory goes back to the system: a `distill` takes a quarter less of
 * it, and less time as well. It stays the same process for whoever started it, and does not return from here. Where a
 * user has a setting of these, all stay as they are; other systems and other C libraries have none.
 */
export function giveFreedMemoryBack(): void {
  const { env, execPath, execArgv, argv } = process
  if (process.platform !== 'linux' || process.permission !== undefined) return
  if (Object.keys(settings).some((name) => env[name] !== undefined)) return
  process.execve?.(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, ...settings })
}
